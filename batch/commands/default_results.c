#include "commands/default_results.h"

#include "database/run.h"
#include "read/reader.h"
#include "run/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The path by its folder's real one, as those of manifests are; the file itself may be a link. 1,
 * 0 when there is no such folder, -1 and err. */
static int
default_results_real(const char *results, char **real, struct error *err)
{
	const char *slash = strrchr(results, '/');
	char *folder = slash == NULL ? strdup(".")
				     : strndup(results, (size_t)(slash - results) + 1);
	char *there = folder == NULL ? NULL : realpath(folder, NULL);
	int rc = errno == ENOMEM ? -1 : 0;

	if (there != NULL)
		rc = asprintf(real, "%s/%s", strcmp(there, "/") == 0 ? "" : there,
			 slash == NULL ? results : slash + 1) == -1
			 ? -1
			 : 1;
	free(there);
	free(folder);
	return rc == -1 ? error_memory(err) : rc;
}

/* What the manifests in a range of paths are looked at for. */
struct default_results {
	const char *real;
	enum output output;
};

static int
default_results_is(const void *closure, const char *manifest, struct error *err)
{
	const struct default_results *sought = closure;
	char *name = results_name(manifest, sought->output);
	bool is = name != NULL && strcmp(name, sought->real) == 0;

	if (name == NULL)
		return error_memory(err);
	free(name);
	return is ? 1 : 0;
}

/* Manifests with this name for their results begin with what is before the ".results.csv" of it,
 * and then end or have a dot, the byte before the slash. */
static int
default_results_find(
    struct database *db, const struct default_results *sought, struct run *owner, struct error *err)
{
	bool csv = sought->output == OUTPUT_CSV;
	size_t ending = strlen(csv ? ".results.csv" : ".results.jsonl");
	size_t length = strlen(sought->real);
	char *from = strndup(sought->real, length - ending), *before = NULL;
	int rc = -1;

	if (from == NULL || asprintf(&before, "%s/", from) == -1)
		error_memory(err);
	else
		rc = db_run_first(db,
		    &(struct run_sought){.from = from,
			.before = before,
			.formats = {csv ? FORMAT_CSV : FORMAT_JSONL,
			    csv ? FORMAT_CSV : FORMAT_JSON},
			.is = default_results_is,
			.closure = sought},
		    owner, err);
	free(before);
	free(from);
	return rc;
}

int
default_results_owner(struct database *db, const char *results, enum output output,
    struct run *owner, struct error *err)
{
	char *real = NULL;
	int rc = default_results_real(results, &real, err);

	*owner = (struct run){0};
	if (rc == 1 && real != NULL)
		rc = default_results_find(db, &(struct default_results){real, output}, owner, err);
	free(real);
	return rc;
}
