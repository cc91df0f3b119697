#ifndef BATCH_PROGRAM_QUEUE_H
#define BATCH_PROGRAM_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Hands items from one thread to another, in order. */
#define QUEUE_SIZE 8 /* the most items in it */

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	void *items[QUEUE_SIZE];
	size_t first;
	size_t count;
	bool closed;
};

void queue_init(struct queue *);
void queue_release(struct queue *);

void queue_put(struct queue *, void *item); /* the caller knows that there is room */
void *queue_take(struct queue *);           /* waits; NULL once it is closed and empty */
void queue_close(struct queue *);           /* ends the waiting; items in it stay */

#endif
