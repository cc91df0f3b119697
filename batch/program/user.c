#include "program/user.h"

#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_MILLISECONDS 200
#define ENTRY_SIZE ((size_t)64 * 1024) /* of passwd(5): far more than it is */

/* What a child process found out about a user. */
struct user_answer {
	int number; /* an errno; 0 where the user has a name, or none */
	char name[USER_NAME_SIZE];
};

/* A name in digits is refused: it would be taken for the uid of a user without a name. */
static bool
user_is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < USER_NAME_SIZE && strspn(name, "0123456789") != length;
}

/*
 * Asks in a process of its own. The libraries that getpwuid_r(3) loads crash or end the process
 * where there is no memory (glibc 2.36, nss_database_reload_1() and others); where they ask a
 * server, they start threads and keep files open.
 */
_Noreturn static void
user_answer(int to, uid_t uid)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
	struct user_answer answer = {0};
	struct passwd entry, *found = NULL;
	char text[ENTRY_SIZE];
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	if (quiet != -1) /* a failed assertion would print there */
		dup2(quiet, STDERR_FILENO);
	answer.number = getpwuid_r(uid, &entry, text, sizeof(text), &found);
	/* getpwnam(3): these mean that there is no such user. Other numbers are failures. */
	if (answer.number == ENOENT || answer.number == ESRCH)
		answer.number = 0;
	if (answer.number == 0 && found != NULL) {
		if (found->pw_uid == uid && user_is_name(found->pw_name))
			memcpy(answer.name, found->pw_name, strlen(found->pw_name));
		else
			answer.number = EPROTO;
	}
	(void)!write(to, &answer, sizeof(answer)); /* below PIPE_BUF: whole or not at all */
	_exit(0);
}

/* -1 and errno: EINTR after a signal that is to stop us, ECHILD where the child gave no answer. */
static int
user_take_answer(int from, struct user_answer *answer, const volatile sig_atomic_t *stop)
{
	struct pollfd descriptor = {.fd = from, .events = POLLIN};
	int ready;

	do {
		ready = poll(&descriptor, 1, POLL_MILLISECONDS);
		if (*stop != 0) {
			errno = EINTR;
			return -1;
		}
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	if (read(from, answer, sizeof(*answer)) == (ssize_t)sizeof(*answer))
		return 0;
	errno = ECHILD;
	return -1;
}

static int
user_ask_child(uid_t uid, struct user_answer *answer, const volatile sig_atomic_t *stop)
{
	int ends[2], rc, number;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	child = fork();
	if (child == 0)
		user_answer(ends[1], uid);
	number = errno;
	close(ends[1]);
	errno = number;
	rc = child == -1 ? -1 : user_take_answer(ends[0], answer, stop);
	number = errno;
	close(ends[0]);
	if (rc == -1 && child != -1)
		kill(child, SIGKILL);
	while (child != -1 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
	errno = number;
	return rc;
}

const char *
user_name(char text[USER_NAME_SIZE], const volatile sig_atomic_t *stop, struct error *err)
{
	struct user_answer answer = {0};
	uid_t uid = getuid();
	unsigned long id = uid;
	int number = user_ask_child(uid, &answer, stop) == -1 ? errno : answer.number;

	if (number == EINTR &&
	    stop_asked(
		stop, err, NULL, "interrupted while the name of user %lu was looked for", id) == -1)
		return NULL;
	if (number == ECHILD || number == EPROTO) {
		error_set(err, ERROR_STORAGE, NULL, "the name of user %lu %s", id,
		    number == ECHILD ? "cannot be found: the look-up ended without an answer"
				     : "is empty, too long, or a number: expected another");
		return NULL;
	}
	if (number != 0) {
		errno = number;
		error_errno(err, NULL, "the name of user %lu cannot be found", id);
		return NULL;
	}
	if (answer.name[0] == '\0')
		snprintf(text, USER_NAME_SIZE, "%lu", id);
	else
		snprintf(text, USER_NAME_SIZE, "%s", answer.name);
	return text;
}
