#include "commands/listing.h"

#include "model/code.h"
#include "program/command.h"
#include "program/nearest.h"
#include "program/process.h"
#include "timestamp.h"

#include <string.h>

/* The lists that the command line can name; bits, because an option may fit several. */
enum {
	STORES = 1,
	CERTIFICATES = 2,
	LOCATIONS = 4,
	REFUSALS = 8,
	CONTAINERS = 16,
	AGENTS = 32,
	STORE_TYPES = 64,
	REQUESTS = 128,
	ROLES = 256,
	EXPIRING = 512,
};

#define WITHIN_DEFAULT 30
#define WITHIN_MOST 4000000 /* days: beyond the year 9999, with which all times end */
#define DAY INT64_C(86400000)

struct list_options {
	const char *container;
	const char *type;
	const char *machine;
	bool not_approved;
	bool removed;
	bool not_readable;
	const char *expiring_before;
	int64_t within; /* days; -1: not given */
	const char *issuer;
	bool revoked;
	bool in_use;
	bool unused;
	bool unknown;
	const char *certificate;
	const char *store;
	int64_t run; /* 0: not given */
	const char *code;
	const char *operator_name;
	const char *role;
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
    TEXT_OPTION("container", "ID|NAME", container, "stores, locations, refusals, expiring: in it"),
    TEXT_OPTION("type", "NUMBER|NAME", type, "stores: of this type, by its short name"),
    TEXT_OPTION("machine", "NAME", machine, "stores, locations, refusals, agents, expiring"),
    FLAG_OPTION("not-approved", not_approved, "stores, agents: not approved"),
    FLAG_OPTION("removed", removed, "stores: marked as removed"),
    FLAG_OPTION("not-readable", not_readable, "stores: whose last scan failed"),
    TEXT_OPTION("expiring-before", "TIME", expiring_before, "certificates: by NotAfter, UTC"),
    {.name = "within",
	.argument = "DAYS",
	.help = "expiring: within so many days (30); 0: expired",
	.kind = OPTION_NUMBER,
	.offset = offsetof(struct list_options, within)},
    TEXT_OPTION("issuer", "TEXT", issuer, "certificates: with this in their IssuerDN"),
    FLAG_OPTION("revoked", revoked, "certificates: revoked"),
    FLAG_OPTION("in-use", in_use, "certificates: in some store"),
    FLAG_OPTION("unused", unused, "certificates: in no store"),
    FLAG_OPTION("unknown", unknown, "certificates: found in a store, not known by Id"),
    TEXT_OPTION("certificate", "ID|THUMBPRINT|NAME", certificate,
	"locations, refusals, requests: of this one"),
    TEXT_OPTION("store", "STORE", store, "locations, refusals: in this store"),
    {.name = "run",
	.argument = "RUN",
	.help = "refusals: of this run",
	.kind = OPTION_NUMBER,
	.offset = offsetof(struct list_options, run),
	.least = 1},
    TEXT_OPTION("code", "CODE", code, "refusals: with this code"),
    TEXT_OPTION("operator", "NAME", operator_name, "roles: of this operator"),
    TEXT_OPTION("role", "NAME", role, "roles: this one"),
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
    {"container", LIST_BY_CONTAINER, STORES | LOCATIONS | REFUSALS | EXPIRING},
    {"type", LIST_BY_TYPE, STORES},
    {"machine", LIST_BY_MACHINE, STORES | LOCATIONS | REFUSALS | AGENTS | EXPIRING},
    {"not-approved", LIST_NOT_APPROVED, STORES | AGENTS},
    {"removed", LIST_REMOVED, STORES},
    {"not-readable", LIST_NOT_READABLE, STORES},
    {"expiring-before", LIST_BEFORE, CERTIFICATES},
    {"within", LIST_UNTIL, EXPIRING},
    {"issuer", LIST_BY_ISSUER, CERTIFICATES},
    {"revoked", LIST_REVOKED, CERTIFICATES},
    {"in-use", LIST_IN_USE, CERTIFICATES},
    {"unused", LIST_UNUSED, CERTIFICATES},
    {"unknown", LIST_UNKNOWN, CERTIFICATES},
    {"certificate", LIST_BY_CERTIFICATE, LOCATIONS | REFUSALS | REQUESTS},
    {"store", LIST_BY_STORE, LOCATIONS | REFUSALS},
    {"run", LIST_BY_RUN, REFUSALS},
    {"code", LIST_BY_CODE, REFUSALS},
    {"operator", LIST_BY_OPERATOR, ROLES},
    {"role", LIST_BY_ROLE, ROLES},
};

static const struct list_word {
	const char *word;
	unsigned what;
	enum list_kind kind;
} list_words[] = {
    {"stores", STORES, LIST_STORES},
    {"certificates", CERTIFICATES, LIST_CERTIFICATES},
    {"expiring", EXPIRING, LIST_EXPIRING},
    {"locations", LOCATIONS, LIST_LOCATIONS},
    {"refusals", REFUSALS, LIST_REFUSALS},
    {"containers", CONTAINERS, LIST_CONTAINERS},
    {"agents", AGENTS, LIST_AGENTS},
    {"store-types", STORE_TYPES, LIST_STORE_TYPES},
    {"requests", REQUESTS, LIST_REQUESTS},
    {"roles", ROLES, LIST_ROLES},
};
#define WORDS (sizeof(list_words) / sizeof(list_words[0]))

/* A code that refuses locations: 0, or the status of a usage error. */
static int
list_verify_code(const struct command *command, const struct context *context, const char *word)
{
	const char *words[CODE_COUNT], *nearest;
	size_t count = 0;
	enum code code;

	if (word == NULL)
		return 0;
	if (!code_parse(word, &code)) {
		for (int i = 0; i < CODE_COUNT; i++)
			if (code_kind((enum code)i) == CODE_STORE)
				words[count++] = code_word((enum code)i);
		nearest = nearest_word(word, words, count);
		return command_usage(command, context, "--code %s: no such code%s%s", word,
		    nearest == NULL ? "" : ", the nearest is ", nearest == NULL ? "" : nearest);
	}
	if (code_kind(code) == CODE_STORE)
		return 0;
	return command_usage(command, context,
	    "--code %s: it is about rows, not locations; `pfxreplace results RUN` has them", word);
}

static const char *
list_word(size_t i)
{
	return i < WORDS ? list_words[i].word : NULL;
}

/* Until when certificates expire; of a list that needs it, 30 days unless given. */
static void
list_set_until(const struct list_options *given, bool needed, struct list_value *filters)
{
	int64_t days = given->within == -1 ? WITHIN_DEFAULT : given->within;
	int64_t now = process_now();

	filters[LIST_AT] = list_value_integer(needed, now);
	filters[LIST_UNTIL] = list_value_integer(
	    needed || given->within != -1, now + DAY * (days < WITHIN_MOST ? days : WITHIN_MOST));
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
	filters[LIST_NOT_READABLE] = list_value_integer(given->not_readable, 1);
	filters[LIST_REVOKED] = list_value_integer(given->revoked, 1);
	filters[LIST_IN_USE] = list_value_integer(given->in_use, 1);
	filters[LIST_UNUSED] = list_value_integer(given->unused, 1);
	filters[LIST_UNKNOWN] = list_value_integer(given->unknown, 1);
	filters[LIST_BY_CERTIFICATE] = list_value_text(given->certificate);
	filters[LIST_BY_RUN] = list_value_integer(given->run != 0, given->run);
	filters[LIST_BY_CODE] = list_value_text(given->code);
	filters[LIST_BY_OPERATOR] = list_value_text(given->operator_name);
	filters[LIST_BY_ROLE] = list_value_text(given->role);
	return list_verify_code(command, context, given->code);
}

/* NULL for a word that names no list. */
static const struct list_word *
list_find_word(const char *word)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(list_words[i].word, word) == 0)
			return &list_words[i];
	return NULL;
}

static int
list_verify_fits(const struct command *command, const struct context *context,
    const struct list_word *word, const struct list_value *filters)
{
	for (size_t i = 0; i < sizeof(list_fits) / sizeof(list_fits[0]); i++)
		if (filters[list_fits[i].filter].there && (list_fits[i].fits & word->what) == 0)
			return command_usage(
			    command, context, "--%s: not for %s", list_fits[i].name, word->word);
	return 0;
}

/* Locations of a store and of a certificate are found by indexes of their own. */
static enum list_kind
list_kind_of(const struct list_word *word, const struct list_value *filters)
{
	if (word->what != LOCATIONS)
		return word->kind;
	if (filters[LIST_BY_STORE].there)
		return LIST_LOCATIONS_STORE;
	return filters[LIST_BY_CERTIFICATE].there ? LIST_LOCATIONS_CERTIFICATE : LIST_LOCATIONS;
}

static int
list_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct list_options given = {.within = -1, .listing.format = LISTING_UNSET};
	struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	const struct list_word *word;
	int status, first;

	first = command_options(
	    command, context, &(struct command_line){argc, argv, &given}, &status);
	if (first == -1)
		return status;
	if (first == argc)
		return command_no_operand(command, context, NULL, "kind");
	if (first + 1 < argc)
		return command_usage(command, context, "%s: expected one kind", argv[first + 1]);
	word = list_find_word(argv[first]);
	if (word == NULL)
		return command_no_operand(command, context, argv[first], "kind");
	list_set_until(&given, word->what == EXPIRING, filters);
	status = list_set_filters(command, context, &given, filters);
	if (status == 0)
		status = list_verify_fits(command, context, word, filters);
	if (status != 0)
		return status;
	return listing_run_list(
	    command, context, list_kind_of(word, filters), filters, &given.listing);
}

const struct command command_list = {
    .name = "list",
    .synopsis = "KIND [OPTION...]",
    .summary = "list what the database knows; several options narrow it together",
    .run = list_run,
    .options = list_specs,
    .option_count = SPECS,
    .operand = "KIND",
    .operand_word = list_word,
};
