/* How the C library keeps memory, for a program that runs for days, and for one that ends at once. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* What is freed goes back to the system, and all threads share one heap. Before the first thread; a program that ends
 * soon is faster without. */
void heap_stay_small(void);

/* Nothing goes back before the end, and pages are taken by the hundreds, where the system gives large ones: a page at
 * a time costs more than what is done in it. Takes what it needs, to the next 2 MB. Before the first thread. */
void heap_be_quick(void);

#endif
