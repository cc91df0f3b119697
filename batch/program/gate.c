#include "program/gate.h"

void
gate_init(struct gate *gate)
{
	pthread_rwlockattr_t attributes;

	/* Threads that wait to enter come after one that waits to shut: else it may wait for ever.
	 */
	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&gate->lock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
}

void
gate_release(struct gate *gate)
{
	pthread_rwlock_destroy(&gate->lock);
}

void
gate_enter(struct gate *gate)
{
	pthread_rwlock_rdlock(&gate->lock);
}

void
gate_leave(struct gate *gate)
{
	pthread_rwlock_unlock(&gate->lock);
}

void
gate_shut(struct gate *gate)
{
	pthread_rwlock_wrlock(&gate->lock);
}

void
gate_open(struct gate *gate)
{
	pthread_rwlock_unlock(&gate->lock);
}
