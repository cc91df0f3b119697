#include "import/found.h"

#include "import/content.h"
#include "import/import_private.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void
found_release(struct found *found)
{
	certificate_release(&found->certificate);
	free(found->path);
}

void
found_list_release(struct found_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		found_release(&list->items[i]);
	free(list->items);
	*list = (struct found_list){0};
}

int
import_found_add(struct import *import, struct found *found, struct error *err)
{
	struct found_list *list = &import->found;
	struct found *items = memory_grow(
	    list->items, list->count, &list->capacity, sizeof(*list->items));

	found->path = strdup(import_place(import, NULL).file);
	if (items != NULL)
		list->items = items;
	if (items == NULL || found->path == NULL) {
		found_release(found);
		return error_memory(err);
	}
	found->file = import->file;
	found->order = list->count;
	items[list->count++] = *found;
	return 0;
}

/* ---- each once --------------------------------------------------------------------------- */

static int
found_by_print(const void *a, const void *b)
{
	const struct found *one = a, *other = b;
	int order = strcmp(one->certificate.sha256, other->certificate.sha256);

	return order != 0 ? order : one->order < other->order ? -1 : 1;
}

static int
found_by_order(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	return one->order < other->order ? -1 : 1;
}

/* Of those that are the same certificate the first stays, and learns what the others have. */
static void
found_merge(struct found_list *list)
{
	size_t kept = 0;

	if (list->count < 2)
		return;
	qsort(list->items, list->count, sizeof(*list->items), found_by_print);
	for (size_t i = 0; i < list->count; i++) {
		struct found *next = &list->items[i], *last = &list->items[kept > 0 ? kept - 1 : 0];

		if (kept == 0 || strcmp(last->certificate.sha256, next->certificate.sha256) != 0) {
			list->items[kept++] = *next;
			continue;
		}
		last->has_key |= next->has_key;
		last->is_leaf &= next->is_leaf;
		found_release(next);
	}
	list->count = kept;
	qsort(list->items, list->count, sizeof(*list->items), found_by_order);
}

/* ---- their Ids --------------------------------------------------------------------------- */

/* The one that --id is for: the only leaf that is no CA or, where all are, the only leaf. NULL and
 * a fault reported: there are none, or several. */
static const struct found *
found_end_entity(struct import *import)
{
	const struct found_list *list = &import->found;
	const struct found *end = NULL, *leaf = NULL;
	size_t ends = 0, leaves = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->items[i];

		if (!found->is_leaf)
			continue;
		leaf = found;
		leaves++;
		if (!found->certificate.is_ca) {
			end = found;
			ends++;
		}
	}
	if (ends == 0) {
		end = leaf;
		ends = leaves;
	}
	if (ends == 1)
		return end;
	import_say(import, IMPORT_FAULT, (struct error_place){.field = import->options->kind->name},
	    "--id %lld: %zu end-entity certificates in the files: expected one",
	    (long long)import->options->id, ends);
	return NULL;
}

/* The Id of a certificate that no Id was given for. */
static int
found_choose_id(struct import *import, int64_t known, int64_t *id, struct error *err)
{
	*id = known;
	if (known > 0)
		return 0;
	if (import->options->assign) {
		if (load_next_id(import->load, id, err) == -1)
			return -1;
		if (*id == 0)
			import_fault(import, NULL, "no Id is free any more, up to 2147483647");
		return 0;
	}
	if (known == 0 && load_next_unknown(import->load, id, err) == -1)
		return -1;
	import->counts->unknown++;
	return 0;
}

int
found_find_known(struct load *load, const struct certificate *certificate, const char **print,
    int64_t *known, struct error *err)
{
	*print = certificate->sha1;
	if (load_find_print(load, *print, known, err) == -1)
		return -1;
	if (*known != 0)
		return 0;
	if (load_find_print(load, certificate->sha256, known, err) == -1)
		return -1;
	if (*known != 0)
		*print = certificate->sha256;
	return 0;
}

static int
found_load(struct import *import, const struct found *found, bool is_end, struct error *err)
{
	struct load_value values[IMPORT_FIELDS] = {0}; /* LOAD_KEEP */
	int64_t known = 0, id = import->options->id;
	const char *print;

	if (found_find_known(import->load, &found->certificate, &print, &known, err) == -1 ||
	    (!is_end && found_choose_id(import, known, &id, err) == -1))
		return -1;
	if (id == 0)
		return 0;
	import_certificate_values(&found->certificate, &import->names, values);
	if (import->names.failed)
		return error_memory(err);
	values[CERTIFICATE_ID] = (struct load_value){.type = LOAD_INTEGER, .integer = id};
	values[CERTIFICATE_PRINT] = (struct load_value){LOAD_TEXT, 0, print, strlen(print)};
	if (found->has_key)
		values[CERTIFICATE_HAS_KEY] = (struct load_value){
		    .type = LOAD_INTEGER, .integer = 1};
	import->counts->records++;
	return import_load_values(import, values, err);
}

int
import_found_load(struct import *import, struct error *err)
{
	const struct import_options *options = import->options;
	const struct found *end = NULL;
	int rc = 0;

	import->line = 0;
	found_merge(&import->found);
	if (import->found.count == 0 && (options->id != 0 || options->assign) &&
	    import->counts->faults == 0)
		import_say(import, IMPORT_FAULT, (struct error_place){.field = options->kind->name},
		    "%s: no certificate file among the files: expected PEM, DER or PKCS#12",
		    options->id != 0 ? "--id" : "--assign");
	if (import->counts->faults > 0)
		return 0;
	if (options->id != 0 && (end = found_end_entity(import)) == NULL)
		return 0;
	for (size_t i = 0; rc == 0 && i < import->found.count; i++) {
		const struct found *found = &import->found.items[i];

		import->file = found->file;
		import->path = found->path;
		rc = found_load(import, found, found == end, err);
	}
	import->path = NULL;
	return rc;
}
