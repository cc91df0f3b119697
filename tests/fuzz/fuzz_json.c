#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* JSONL, or an array when the input looks like one. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input;
	struct fields fields;

	fuzz_choose(&input, data, size, &fields);
	input.options.format = size > 0 && memchr(data, '[', size < 8 ? size : 8) != NULL
				   ? FORMAT_JSON
				   : FORMAT_JSONL;
	fuzz_reader(&input);
	return 0;
}
