#ifndef BATCH_PROGRAM_THREAD_H
#define BATCH_PROGRAM_THREAD_H

#include <pthread.h>

/*
 * Threads and locks are those of POSIX. A thread that is started here takes no signals: the main
 * thread does. Returns 0 or an error number, like pthread_create(3).
 */
int thread_start(pthread_t *, void *(*run)(void *closure), void *closure);

#endif
