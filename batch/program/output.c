#include "program/output.h"

#include "program/process.h"

struct outfile *
output_open(const char *path, struct error *err)
{
	struct outfile *file = outfile_open(path, err);

	if (file != NULL)
		outfile_set_stop(file, process_stop());
	return file;
}
