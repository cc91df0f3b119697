#include "program/thread.h"

#include <signal.h>

int
thread_start(pthread_t *thread, void *(*run)(void *closure), void *closure)
{
	sigset_t all, before;
	int failure;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failure = pthread_create(thread, NULL, run, closure);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failure;
}
