#ifndef PROGRAM_THREAD_H
#define PROGRAM_THREAD_H

#include <pthread.h>

/* Threads and locks are those of POSIX; a thread of ours takes no signals: they are for the main
 * thread. Like pthread_create(3), 0 or an error number. */
int thread_start(pthread_t *, void *(*run)(void *closure), void *closure);

#endif
