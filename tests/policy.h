#ifndef TESTS_POLICY_H
#define TESTS_POLICY_H

#include "policy/replace.h"

#include "scratch.h"

/*
 * The policy, by facts made by hand. A change to facts that are good is a test: what is then
 * said, and what becomes of the location.
 */

#define SECOND INT64_C(1000)
#define DAY INT64_C(86400000)
#define NOW INT64_C(1893456000000) /* 2030-01-01T00:00:00Z */

static struct policy policy;
static struct request request;
static struct row_facts row;
static struct location_facts locations[4];
static struct messages messages;
static struct buffer text;

/* Certificate 100 stands at one location and is replaced by 200, with nothing to say. */
static inline void
enter(void)
{
	policy = (struct policy){.started_at = NOW};
	request = (struct request){.number = 1, .line = 2, .existing = 100, .certificate = 200};
	row = (struct row_facts){
	    .request = &request,
	    .existing = {.id = 100,
		.has_not_before = true,
		.has_not_after = true,
		.not_before = NOW - 300 * DAY,
		.not_after = NOW + 30 * DAY,
		.has_private_key = FACT_YES,
		.key_size = 2048,
		.key_type = "RSA",
		.issued_dn = "CN=www.example.com",
		.issuer_dn = "CN=Issuing CA"},
	    .certificate = {.id = 200,
		.has_not_before = true,
		.has_not_after = true,
		.not_before = NOW - DAY,
		.not_after = NOW + 365 * DAY,
		.has_private_key = FACT_YES,
		.key_size = 2048,
		.key_type = "RSA",
		.issued_dn = "CN=www.example.com",
		.issuer_dn = "CN=Issuing CA"},
	    .locations = locations,
	    .location_count = 1,
	};
	for (size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++)
		locations[i] = (struct location_facts){.id = (int64_t)i + 1,
		    .store = {.id = (int64_t)i + 11,
			.container = -1,
			.approved = true,
			.may_schedule = true,
			.add_supported = true,
			.agent_available = true,
			.entry_password = NEED_OPTIONAL,
			.private_key = NEED_OPTIONAL,
			.inventoried = true,
			.inventoried_at = NOW - DAY}};
}

static inline void
leave(void)
{
	messages_release(&messages);
	buffer_release(&text);
}

static inline const char *
said(void)
{
	buffer_clear(&text);
	buffer_add_string(&text, "");
	messages_csv(&messages, &text);
	return text.bytes;
}

/* What the policy says of the row. */
static inline const char *
check_row(void)
{
	messages_clear(&messages);
	row.due = replace_due(&policy, &request);
	replace_check_row(&policy, &row, &messages);
	return said();
}

static inline const char *
check_locations(void)
{
	messages_clear(&messages);
	replace_check_locations(&policy, &row, &messages);
	return said();
}

static inline void
set_job_time(int64_t time)
{
	request.has_job_time = true;
	request.job_time = time;
}

static inline void
set_window(int64_t start, int64_t end)
{
	policy.has_window = true;
	policy.window_start = start;
	policy.window_end = end;
}

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

#endif
