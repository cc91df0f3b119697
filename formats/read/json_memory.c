#include "read/json_memory.h"

#include "memory.h"

#include <stdlib.h>
#include <threads.h>

#include <jansson.h>

static _Thread_local bool failed;

static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	failed |= memory == NULL;
	return memory;
}

static void
set(void)
{
	json_set_alloc_funcs(allocate, memory_free);
}

void
json_memory_begin(void)
{
	static once_flag once = ONCE_FLAG_INIT;

	call_once(&once, set);
	failed = false;
}

bool
json_memory_failed(void)
{
	return failed;
}
