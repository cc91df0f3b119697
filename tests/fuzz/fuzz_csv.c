#include "fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input;
	struct fields fields;

	fuzz_choose(&input, data, size, &fields);
	input.options.format = FORMAT_CSV;
	fuzz_reader(&input);
	return 0;
}
