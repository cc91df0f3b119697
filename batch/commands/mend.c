#include "commands/mend.h"

#include "commands/default_results.h"
#include "outfile.h"

#include <stdlib.h>
#include <string.h>

static void
mend_add_option(struct buffer *line, const char *option, const char *value)
{
	buffer_addf(line, " --%s", option);
	buffer_add_string(line, " ");
	buffer_add_shell(line, value);
}

/* The results of the rejects, if no other name is given. */
struct mend_results {
	const char *rejects;
	char *name; /* NULL: out of memory */
	enum output output;
};

/* Whether that is the name of the manifest's own results. */
static bool
mend_is_of_manifest(const struct mend_results *results, const struct manifest *manifest)
{
	char *its;
	bool is;

	if (manifest->source.copied)
		return false;
	its = results_name(manifest->source.name, results->output);
	is = its == NULL || outfile_same(its, results->name);
	free(its);
	return is;
}

/* Whether `apply` would refuse it for the run of another manifest; true where nobody knows, for
 * another name does no harm. */
static bool
mend_is_of_run(const struct mend_results *results, struct database *db)
{
	struct run owner;
	int rc = default_results_owner(db, results->name, results->output, &owner, NULL);
	char *real = rc == 1 ? realpath(results->rejects, NULL) : NULL;
	bool is = rc == -1 || (rc == 1 && (real == NULL || strcmp(owner.path, real) != 0));

	run_release(&owner);
	free(real);
	return is;
}

static void
mend_add_results(
    struct buffer *line, const struct session *session, const struct manifest *manifest)
{
	struct mend_results results = {.rejects = session->options.rejects,
	    .output = results_output(-1, NULL, manifest->format)};
	struct buffer other = {0};

	results.name = results_name(results.rejects, results.output);
	if (results.name == NULL || mend_is_of_manifest(&results, manifest) ||
	    mend_is_of_run(&results, session->db)) {
		buffer_addf(&other, "%s.results.%s", results.rejects,
		    results.output == OUTPUT_CSV ? "csv" : "jsonl");
		if (!other.failed)
			mend_add_option(line, "results", other.bytes);
	}
	buffer_release(&other);
	free(results.name);
}

const char *
mend_command(struct buffer *line, const struct session *session, const struct manifest *manifest)
{
	const struct apply_options *options = &session->options;
	const struct text_list *ignore = &options->settings.ignore;
	/* The rows of an array are written as JSONL. */
	enum format written = manifest->format == FORMAT_CSV ? FORMAT_CSV : FORMAT_JSONL;
	enum format named;

	if (options->rejects == NULL)
		return NULL;
	named = format_of_name(options->rejects);
	buffer_add_string(line, "pfxreplace apply");
	if (named != FORMAT_AUTO && (named == FORMAT_CSV) != (written == FORMAT_CSV))
		mend_add_option(line, "format", format_word(written));
	if (options->delimiter_text != NULL)
		mend_add_option(line, "delimiter", options->delimiter_text);
	if (apply_options_encoding(options) != NULL)
		mend_add_option(line, "encoding", apply_options_encoding(options));
	for (size_t i = 0; i < ignore->count; i++)
		mend_add_option(line, "ignore", ignore->items[i]);
	mend_add_results(line, session, manifest);
	buffer_add_string(line, " ");
	buffer_add_shell(line, options->rejects);
	return line->failed ? NULL : line->bytes;
}
