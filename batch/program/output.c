#include "program/output.h"

#include "program/process.h"
#include "program/progress.h"

#include <unistd.h>

struct outfile *
output_open(const char *path, struct error *err)
{
	struct outfile *file = outfile_open(path, err);

	if (file == NULL)
		return NULL;
	outfile_set_stop(file, process_stop());
	if (isatty(outfile_descriptor(file)) == 1) /* no row goes into the drawn line */
		outfile_set_around(file, progress_hold, progress_release);
	return file;
}
