#include "read/json_memory.h"

#include "memory.h"

#include <stdlib.h>
#include <threads.h>

#include <jansson.h>

static _Thread_local bool json_memory_short;

static void *
json_memory_allocate(size_t size)
{
	void *memory = malloc(size);

	json_memory_short |= memory == NULL;
	return memory;
}

static void
json_memory_set(void)
{
	json_set_alloc_funcs(json_memory_allocate, memory_free);
}

void
json_memory_begin(void)
{
	static once_flag once = ONCE_FLAG_INIT;

	call_once(&once, json_memory_set);
	json_memory_short = false;
}

bool
json_memory_failed(void)
{
	return json_memory_short;
}
