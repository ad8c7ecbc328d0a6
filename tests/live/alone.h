/* A place where nobody else is: lotop looks at few processes there, whatever else this machine is doing. */
#ifndef LIVE_ALONE_H
#define LIVE_ALONE_H

/* Goes on in an own pid namespace with its own /proc, of which process 1 does nothing but bury; the caller's
 * process waits for it and ends as it does. Where that is not permitted nothing happens. */
void alone_enter(void);

#endif
