#ifndef PROGRAM_GATE_H
#define PROGRAM_GATE_H

#include <pthread.h>

/*
 * A gate that many threads pass at a time, until one closes it for itself: it waits for those who
 * are within, and no other enters before it has gone on.
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
