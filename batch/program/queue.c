#include "program/queue.h"

void
queue_init(struct queue *queue)
{
	*queue = (struct queue){0};
	pthread_mutex_init(&queue->mutex, NULL);
	pthread_cond_init(&queue->changed, NULL);
}

void
queue_release(struct queue *queue)
{
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->mutex);
}

void
queue_put(struct queue *queue, void *item)
{
	pthread_mutex_lock(&queue->mutex);
	queue->items[(queue->first + queue->count++) % QUEUE_SIZE] = item;
	pthread_cond_signal(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
}

void *
queue_take(struct queue *queue)
{
	void *item = NULL;

	pthread_mutex_lock(&queue->mutex);
	while (queue->count == 0 && !queue->closed)
		pthread_cond_wait(&queue->changed, &queue->mutex);
	if (queue->count > 0) {
		item = queue->items[queue->first];
		queue->first = (queue->first + 1) % QUEUE_SIZE;
		queue->count--;
	}
	pthread_mutex_unlock(&queue->mutex);
	return item;
}

void
queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->closed = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
}
