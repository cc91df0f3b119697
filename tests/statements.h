#ifndef TESTS_STATEMENTS_H
#define TESTS_STATEMENTS_H

#include "database/statement.h"

#include <check.h>
#include <link.h>
#include <string.h>

/*
 * Every `struct statement` of the program, wherever it stands: in a variable of one file, in a
 * table, in a larger struct. A constant that holds addresses lies in the part of a
 * position-independent program that is made read-only after relocation (PT_GNU_RELRO), as two
 * words, a name and an SQL text, both in a segment of constants. So nothing has to be
 * registered, and nothing can be forgotten; the whole archive must be linked.
 */

#define STATEMENTS_MOST 512
#define SEGMENTS_MOST 16

struct span {
	uintptr_t start, end;
};

struct statements {
	struct statement found[STATEMENTS_MOST];
	size_t count;
	struct span constants[SEGMENTS_MOST]; /* neither written nor executed */
	size_t segments;
	struct span relocated;
};

static inline int
statements_segments(struct dl_phdr_info *program, size_t size, void *closure)
{
	struct statements *statements = closure;

	(void)size;
	for (int i = 0; i < program->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
		uintptr_t start = program->dlpi_addr + segment->p_vaddr;
		struct span span = {start, start + segment->p_memsz};

		if (segment->p_type == PT_GNU_RELRO)
			statements->relocated = span;
		if (segment->p_type == PT_LOAD && segment->p_flags == PF_R &&
		    statements->segments < SEGMENTS_MOST)
			statements->constants[statements->segments++] = span;
	}
	return 1; /* the program itself comes first: no library */
}

static inline bool
statements_constant(const struct statements *statements, uintptr_t address)
{
	for (size_t i = 0; i < statements->segments; i++)
		if (address >= statements->constants[i].start &&
		    address < statements->constants[i].end)
			return true;
	return false;
}

static inline bool
statements_is_sql(const char *text)
{
	static const char verbs[][9] = {
	    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "REPLACE ", "WITH "};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strncmp(text, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

/* Between the variables lies what a sanitizer forbids to read. */
__attribute__((no_sanitize("address"))) static inline void
statements_find(struct statements *statements)
{
	*statements = (struct statements){0};
	dl_iterate_phdr(statements_segments, statements);
	ck_assert_uint_ne(statements->relocated.start, 0);
	for (uintptr_t at = statements->relocated.start;
	     at + 2 * sizeof(uintptr_t) <= statements->relocated.end; at += sizeof(uintptr_t)) {
		const volatile uintptr_t *words = (const volatile uintptr_t *)at;
		uintptr_t name = words[0], sql = words[1];

		if (!statements_constant(statements, name) ||
		    !statements_constant(statements, sql) || !statements_is_sql((const char *)sql))
			continue;
		ck_assert_uint_lt(statements->count, STATEMENTS_MOST);
		statements->found[statements->count++] = (struct statement){
		    (const char *)name, (const char *)sql};
	}
}

#endif
