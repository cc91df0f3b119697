#include "commands/list_rows.h"

#include "import/value.h"
#include "timestamp.h"

#include <string.h>

static int run(const struct command *, const struct context *, int, char **);

const struct command command_list = {"list", "stores|certificates|locations [OPTION...]",
    "list what the inventory knows; several options narrow it together", run};

/* What the words of the command line can name; a mask, for an option may fit several. */
enum { STORES = 1, CERTIFICATES = 2, LOCATIONS = 4 };

struct options {
	const char *container;
	const char *type;
	const char *machine;
	bool not_approved;
	bool removed;
	const char *expiring_before;
	const char *issuer;
	bool revoked;
	bool in_use;
	bool unused;
	bool unknown;
	int64_t certificate; /* 0: not given */
	const char *store;
	int format; /* the index in list_formats, or -1 */
};

#define TEXT_OPTION(word, value, member, text)                                            \
	{                                                                                 \
		.name = (word), .argument = (value), .help = (text), .kind = OPTION_TEXT, \
		.offset = offsetof(struct options, member)                                \
	}
#define FLAG_OPTION(word, member, text)                              \
	{                                                            \
		.name = (word), .help = (text), .kind = OPTION_FLAG, \
		.offset = offsetof(struct options, member)           \
	}

static const struct option_spec specs[] = {
    TEXT_OPTION("container", "ID|NAME", container, "stores, locations: in this container"),
    TEXT_OPTION("type", "NUMBER|NAME", type, "stores: of this type, by its short name"),
    TEXT_OPTION("machine", "NAME", machine, "stores, locations: on this client machine"),
    FLAG_OPTION("not-approved", not_approved, "stores: not approved"),
    FLAG_OPTION("removed", removed, "stores: marked as removed"),
    TEXT_OPTION("expiring-before", "TIME", expiring_before, "certificates: by NotAfter, UTC"),
    TEXT_OPTION("issuer", "TEXT", issuer, "certificates: with this in their IssuerDN"),
    FLAG_OPTION("revoked", revoked, "certificates: revoked"),
    FLAG_OPTION("in-use", in_use, "certificates: in some store"),
    FLAG_OPTION("unused", unused, "certificates: in no store"),
    FLAG_OPTION("unknown", unknown, "certificates: found in a store, not known by Id"),
    {.name = "certificate",
	.argument = "ID",
	.help = "locations: of this certificate",
	.kind = OPTION_NUMBER,
	.offset = offsetof(struct options, certificate),
	.least = 1},
    TEXT_OPTION("store", "GUID", store, "locations: in this store"),
    {.name = "format",
	.argument = "table|csv|jsonl",
	.help = "table unless given on a terminal, else csv",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct options, format),
	.choices = list_formats},
};
#define SPECS (sizeof(specs) / sizeof(specs[0]))

/* What each filter goes with; by the filter's name on the command line. */
static const struct {
	const char *name;
	enum list_filter filter;
	unsigned fits;
} fits[] = {
    {"container", LIST_BY_CONTAINER, STORES | LOCATIONS},
    {"type", LIST_BY_TYPE, STORES},
    {"machine", LIST_BY_MACHINE, STORES | LOCATIONS},
    {"not-approved", LIST_NOT_APPROVED, STORES},
    {"removed", LIST_REMOVED, STORES},
    {"expiring-before", LIST_BEFORE, CERTIFICATES},
    {"issuer", LIST_BY_ISSUER, CERTIFICATES},
    {"revoked", LIST_REVOKED, CERTIFICATES},
    {"in-use", LIST_IN_USE, CERTIFICATES},
    {"unused", LIST_UNUSED, CERTIFICATES},
    {"unknown", LIST_UNKNOWN, CERTIFICATES},
    {"certificate", LIST_BY_CERTIFICATE, LOCATIONS},
    {"store", LIST_BY_STORE, LOCATIONS},
};

static const struct {
	const char *word;
	unsigned what;
	enum list_kind kind;
} words[] = {
    {"stores", STORES, LIST_STORES},
    {"certificates", CERTIFICATES, LIST_CERTIFICATES},
    {"locations", LOCATIONS, LIST_LOCATIONS},
};

static void
set_text(struct list_value *value, const char *text)
{
	*value = (struct list_value){.text = text, .there = text != NULL};
}

static void
set_integer(struct list_value *value, bool there, int64_t integer)
{
	*value = (struct list_value){.integer = integer, .there = there};
}

/* From the options to the filters; `guid` holds the store's. 0, or the status of a usage error. */
static int
set_filters(const struct command *command, const struct context *context,
    const struct options *given, struct list_value *filters, struct import_cell *guid)
{
	static const struct import_field field = {.name = "store", .type = IMPORT_GUID};
	const char *wrong;
	int64_t before = 0;
	struct import_fault fault;

	if (given->store != NULL) {
		struct value value = {VALUE_TEXT, given->store, strlen(given->store)};

		if (!import_parse(&field, &value, guid, NULL, &fault))
			return command_usage(command, context, "--store: %s", fault.text);
		guid->text[guid->value.length] = '\0';
		set_text(&filters[LIST_BY_STORE], guid->text);
	}
	if (given->expiring_before != NULL) {
		wrong = timestamp_parse(
		    given->expiring_before, strlen(given->expiring_before), &before);
		if (wrong != NULL)
			return command_usage(command, context, "--expiring-before %s: %s",
			    given->expiring_before, wrong);
	}
	set_integer(&filters[LIST_BEFORE], given->expiring_before != NULL, before);
	set_text(&filters[LIST_BY_CONTAINER], given->container);
	set_text(&filters[LIST_BY_TYPE], given->type);
	set_text(&filters[LIST_BY_MACHINE], given->machine);
	set_text(&filters[LIST_BY_ISSUER], given->issuer);
	set_integer(&filters[LIST_NOT_APPROVED], given->not_approved, 1);
	set_integer(&filters[LIST_REMOVED], given->removed, 1);
	set_integer(&filters[LIST_REVOKED], given->revoked, 1);
	set_integer(&filters[LIST_IN_USE], given->in_use, 1);
	set_integer(&filters[LIST_UNUSED], given->unused, 1);
	set_integer(&filters[LIST_UNKNOWN], given->unknown, 1);
	set_integer(&filters[LIST_BY_CERTIFICATE], given->certificate != 0, given->certificate);
	return 0;
}

static int
check_fits(const struct command *command, const struct context *context, const char *word,
    unsigned what, const struct list_value *filters)
{
	for (size_t i = 0; i < sizeof(fits) / sizeof(fits[0]); i++)
		if (filters[fits[i].filter].there && (fits[i].fits & what) == 0)
			return command_usage(
			    command, context, "--%s: not for %s", fits[i].name, word);
	return 0;
}

/* The statement that finds locations by what they are asked for. */
static enum list_kind
kind_of_locations(const struct list_value *filters)
{
	if (filters[LIST_BY_STORE].there)
		return LIST_LOCATIONS_STORE;
	return filters[LIST_BY_CERTIFICATE].there ? LIST_LOCATIONS_CERTIFICATE : LIST_LOCATIONS;
}

static int
print(const struct context *context, enum list_kind kind, const struct list_value *filters,
    int format)
{
	struct error err = {0};
	struct database *db = db_open(context->database, DB_READ, &err);
	int rc = -1;

	if (db != NULL)
		rc = list_print(db, kind, filters, list_output(context, format), NULL, &err);
	db_close(db);
	return rc == -1 ? command_failed(context, &err) : 0;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options given = {.format = -1};
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	struct import_cell guid;
	int status, first;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, specs, SPECS, &given}, &status);
	if (first == -1)
		return status;
	if (argc - first != 1)
		return command_usage(
		    command, context, "expected one of stores, certificates, locations");
	status = set_filters(command, context, &given, filters, &guid);
	for (size_t i = 0; status == 0 && i < sizeof(words) / sizeof(words[0]); i++) {
		enum list_kind kind = words[i].kind;

		if (strcmp(argv[first], words[i].word) != 0)
			continue;
		status = check_fits(command, context, argv[first], words[i].what, filters);
		if (words[i].what == LOCATIONS)
			kind = kind_of_locations(filters);
		return status != 0 ? status : print(context, kind, filters, given.format);
	}
	return status != 0
		   ? status
		   : command_usage(command, context,
			 "%s: expected one of stores, certificates, locations", argv[first]);
}
