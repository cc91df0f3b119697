#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* JSONL, or an array when the input looks like one; and once more as an import reads it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const bool raw[] = {true, false, true, true};
	struct fuzz_input input;
	struct fields fields;

	fuzz_choose(&input, data, size, &fields);
	input.options.format = size > 0 && memchr(data, '[', size < 8 ? size : 8) != NULL
				   ? FORMAT_JSON
				   : FORMAT_JSONL;
	fuzz_reader(&input);
	fields.raw = raw;
	input.options.wrapped = true;
	if (input.options.format == FORMAT_JSON)
		input.options.format = FORMAT_AUTO;
	fuzz_reader(&input);
	return 0;
}
