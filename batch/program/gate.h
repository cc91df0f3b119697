#ifndef BATCH_PROGRAM_GATE_H
#define BATCH_PROGRAM_GATE_H

#include <pthread.h>

/*
 * A gate that many threads may be within at a time, until one shuts it: that one waits until the
 * others have left, and no thread enters before it opens the gate again.
 */
struct gate {
	pthread_rwlock_t lock;
};

void gate_init(struct gate *);
void gate_release(struct gate *);

void gate_enter(struct gate *);
void gate_leave(struct gate *);

void gate_shut(struct gate *);
void gate_open(struct gate *);

#endif
