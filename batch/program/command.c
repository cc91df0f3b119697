#include "program/command.h"

#include "buffer.h"
#include "program/nearest.h"

#include <signal.h>
#include <string.h>

void
command_begin_failure(const struct context *context)
{
	if (context->colours)
		fputs("\033[31m", context->err);
}

void
command_end_failure(const struct context *context)
{
	if (!context->colours)
		return;
	fputs("\033[0m", context->err);
	fflush(context->err);
}

int
command_usage(const struct command *command, const struct context *context, const char *format, ...)
{
	bool program = command->name[0] == '\0';
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	command_begin_failure(context);
	message_print(context->err, (struct error_place){.field = program ? NULL : command->name},
	    "%s; see `pfxreplace %s%s--help`", text, command->name, program ? "" : " ");
	command_end_failure(context);
	return ERROR_USAGE;
}

int
command_failed(const struct context *context, const struct error *err)
{
	command_begin_failure(context);
	error_print(context->err, err);
	command_end_failure(context);
	return (int)err->code;
}

int
command_print_failed(const struct context *context, const struct error *err)
{
	return err->reader_gone ? ERROR_SIGNAL + SIGPIPE : command_failed(context, err);
}

int
command_no_memory(const struct context *context)
{
	struct error err = {0};

	error_memory(&err);
	return command_failed(context, &err);
}

const char *
command_word(const struct command *command)
{
	const char *blank = strrchr(command->name, ' ');

	return blank == NULL ? command->name : blank + 1;
}

const struct command *
command_verb(const struct command *command, const char *word)
{
	for (size_t i = 0; command->verbs != NULL && command->verbs[i] != NULL; i++)
		if (strcmp(command_word(command->verbs[i]), word) == 0)
			return command->verbs[i];
	return NULL;
}

/* "a", "a or b", "a, b or c" */
static void
command_add_word(struct buffer *all, const char *word, bool last)
{
	buffer_addf(all, "%s%s", all->length == 0 ? "" : last ? " or " : ", ", word);
}

/* "WORD: no such NOUN, the nearest is X"; where there is none, those that there are, if `all` has
 * them. */
static int
command_no_word(const struct command *command, const struct context *context,
    const struct nearest *nearest, const char *noun, const struct buffer *all)
{
	const char *found = nearest_found(nearest);

	if (found != NULL)
		return command_usage(command, context, "%s: no such %s, the nearest is %s",
		    nearest->word, noun, found);
	if (all->length == 0)
		return command_usage(command, context, "%s: no such %s", nearest->word, noun);
	return command_usage(
	    command, context, "%s: no such %s: expected %s", nearest->word, noun, all->bytes);
}

/* The verbs of the program, the commands, are too many for a message. */
int
command_no_verb(const struct command *command, const struct context *context, const char *word)
{
	struct nearest nearest = nearest_to(word == NULL ? "" : word);
	bool program = command->name[0] == '\0';
	struct buffer all = {0};
	int status;

	for (size_t i = 0; command->verbs[i] != NULL; i++) {
		nearest_offer(&nearest, command_word(command->verbs[i]));
		if (!program)
			command_add_word(
			    &all, command_word(command->verbs[i]), command->verbs[i + 1] == NULL);
	}
	if (word != NULL)
		status = command_no_word(
		    command, context, &nearest, program ? "command" : "verb", &all);
	else if (program)
		status = command_usage(command, context, "nothing to do: expected a command");
	else
		status = command_usage(
		    command, context, "expected a verb: %s", all.bytes == NULL ? "" : all.bytes);
	buffer_release(&all);
	return status;
}

int
command_no_operand(const struct command *command, const struct context *context, const char *word,
    const char *noun)
{
	struct nearest nearest = nearest_to(word == NULL ? "" : word);
	struct buffer all = {0};
	const char *next;
	int status;

	for (size_t i = 0; (next = command->operand_word(i)) != NULL; i++) {
		nearest_offer(&nearest, next);
		command_add_word(&all, next, command->operand_word(i + 1) == NULL);
	}
	if (word == NULL)
		status = command_usage(command, context, "expected a %s: %s", noun,
		    all.bytes == NULL ? "" : all.bytes);
	else
		status = command_no_word(command, context, &nearest, noun, &all);
	buffer_release(&all);
	return status;
}
