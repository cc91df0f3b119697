#include "commands/listing.h"

#include "program/command.h"
#include "timestamp.h"

#include <string.h>

/* The lists that the command line can name; bits, because an option may fit several. */
enum { STORES = 1, CERTIFICATES = 2, LOCATIONS = 4 };

struct list_options {
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
	struct listing_options listing;
};

#define TEXT_OPTION(word, value, member, text)                                            \
	{                                                                                 \
		.name = (word), .argument = (value), .help = (text), .kind = OPTION_TEXT, \
		.offset = offsetof(struct list_options, member)                           \
	}
#define FLAG_OPTION(word, member, text)                              \
	{                                                            \
		.name = (word), .help = (text), .kind = OPTION_FLAG, \
		.offset = offsetof(struct list_options, member)      \
	}

static const struct option_spec list_specs[] = {
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
	.offset = offsetof(struct list_options, certificate),
	.least = 1},
    TEXT_OPTION("store", "STORE", store, "locations: in this store"),
    {.name = "format",
	.argument = "table|csv|jsonl",
	.help = "table unless given on a terminal, else csv",
	.kind = OPTION_CHOICE,
	.offset = offsetof(struct list_options, listing.format),
	.choices = listing_formats},
    LISTING_VIEW_OPTIONS(struct list_options, listing),
};
#define SPECS (sizeof(list_specs) / sizeof(list_specs[0]))

/* The lists that each filter fits, by the name of its option. */
static const struct {
	const char *name;
	enum list_filter filter;
	unsigned fits;
} list_fits[] = {
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
} list_words[] = {
    {"stores", STORES, LIST_STORES},
    {"certificates", CERTIFICATES, LIST_CERTIFICATES},
    {"locations", LOCATIONS, LIST_LOCATIONS},
};

static const char *
list_word(size_t i)
{
	return i < sizeof(list_words) / sizeof(list_words[0]) ? list_words[i].word : NULL;
}

/* 0, or the status of a usage error. */
static int
list_set_filters(const struct command *command, const struct context *context,
    const struct list_options *given, struct list_value *filters)
{
	const char *wrong;
	int64_t before = 0;

	if (given->expiring_before != NULL) {
		wrong = timestamp_parse(
		    given->expiring_before, strlen(given->expiring_before), &before);
		if (wrong != NULL)
			return command_usage(command, context, "--expiring-before %s: %s",
			    given->expiring_before, wrong);
	}
	filters[LIST_BEFORE] = list_value_integer(given->expiring_before != NULL, before);
	filters[LIST_BY_STORE] = list_value_text(given->store);
	filters[LIST_BY_CONTAINER] = list_value_text(given->container);
	filters[LIST_BY_TYPE] = list_value_text(given->type);
	filters[LIST_BY_MACHINE] = list_value_text(given->machine);
	filters[LIST_BY_ISSUER] = list_value_text(given->issuer);
	filters[LIST_NOT_APPROVED] = list_value_integer(given->not_approved, 1);
	filters[LIST_REMOVED] = list_value_integer(given->removed, 1);
	filters[LIST_REVOKED] = list_value_integer(given->revoked, 1);
	filters[LIST_IN_USE] = list_value_integer(given->in_use, 1);
	filters[LIST_UNUSED] = list_value_integer(given->unused, 1);
	filters[LIST_UNKNOWN] = list_value_integer(given->unknown, 1);
	filters[LIST_BY_CERTIFICATE] = list_value_integer(
	    given->certificate != 0, given->certificate);
	return 0;
}

static int
list_verify_fits(const struct command *command, const struct context *context, const char *word,
    unsigned what, const struct list_value *filters)
{
	for (size_t i = 0; i < sizeof(list_fits) / sizeof(list_fits[0]); i++)
		if (filters[list_fits[i].filter].there && (list_fits[i].fits & what) == 0)
			return command_usage(
			    command, context, "--%s: not for %s", list_fits[i].name, word);
	return 0;
}

/* Locations of a store and of a certificate are found by indexes of their own. */
static enum list_kind
list_kind_of_locations(const struct list_value *filters)
{
	if (filters[LIST_BY_STORE].there)
		return LIST_LOCATIONS_STORE;
	return filters[LIST_BY_CERTIFICATE].there ? LIST_LOCATIONS_CERTIFICATE : LIST_LOCATIONS;
}

static int
list_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct list_options given = {.listing.format = LISTING_UNSET};
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	int status, first;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, &given}, &status);
	if (first == -1)
		return status;
	if (first == argc)
		return command_no_operand(command, context, NULL, "kind");
	if (first + 1 < argc)
		return command_usage(command, context, "%s: expected one kind", argv[first + 1]);
	status = list_set_filters(command, context, &given, filters);
	for (size_t i = 0; status == 0 && i < sizeof(list_words) / sizeof(list_words[0]); i++) {
		enum list_kind kind = list_words[i].kind;

		if (strcmp(argv[first], list_words[i].word) != 0)
			continue;
		status = list_verify_fits(
		    command, context, argv[first], list_words[i].what, filters);
		if (list_words[i].what == LOCATIONS)
			kind = list_kind_of_locations(filters);
		return status != 0
			   ? status
			   : listing_run_list(command, context, kind, filters, &given.listing);
	}
	return status != 0 ? status : command_no_operand(command, context, argv[first], "kind");
}

const struct command command_list = {
    .name = "list",
    .synopsis = "KIND [OPTION...]",
    .summary = "list what the inventory knows; several options narrow it together",
    .run = list_run,
    .options = list_specs,
    .option_count = SPECS,
    .operand = "KIND",
    .operand_word = list_word,
};
