/* How the C library keeps memory, for a program that runs for days. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* What is freed goes back to the system, and all threads share one heap. Before the first thread; a program that ends
 * soon is faster without. */
void heap_stay_small(void);

#endif
