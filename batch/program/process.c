#include "program/process.h"

#include "error.h"
#include "program/progress.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MILLISECONDS 200

static volatile sig_atomic_t process_signal;

void
process_harden(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) /* LeakSanitizer traces its own process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

void
process_open_standard(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", modes[fd]) == -1)
			_exit(ERROR_STORAGE);
}

static void
on_signal(int signal_number)
{
	if (process_signal != 0)
		_exit(128 + signal_number);
	process_signal = signal_number;
}

static void
on_usr1(int signal_number)
{
	(void)signal_number;
	progress_print(STDERR_FILENO);
}

void
process_catch_signals(void)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaction(caught[i], &action, NULL);
	action.sa_handler = on_usr1;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* ---- messages --------------------------------------------------------------------------- */

/*
 * As write_all() to standard error. Once a signal is to stop us and nothing could be written for a
 * second, what is still to be written is dropped.
 */
static ssize_t
process_write_messages(void *closure, const char *bytes, size_t size)
{
	bool *lost = closure;
	size_t done = 0;
	int tries = 0;

	while (done < size && !*lost) {
		struct pollfd descriptor = {.fd = STDERR_FILENO, .events = POLLOUT};
		size_t most = size - done < PIPE_BUF ? size - done : PIPE_BUF;
		ssize_t written;

		if (poll(&descriptor, 1, POLL_MILLISECONDS) <= 0) {
			*lost = process_signal != 0 && ++tries > 1000 / POLL_MILLISECONDS;
			continue;
		}
		written = write(STDERR_FILENO, bytes + done, most);
		if (written == -1 && errno != EINTR && errno != EAGAIN)
			return 0; /* as fopencookie(3) wants it */
		done += written == -1 ? 0 : (size_t)written;
	}
	return (ssize_t)size;
}

FILE *
process_messages(void)
{
	static bool lost;
	FILE *stream = fopencookie(
	    &lost, "w", (cookie_io_functions_t){.write = process_write_messages});

	if (stream == NULL)
		return stderr;
	/* A message is one write. Without a buffer, a long -v takes ten times as long. */
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	return stream;
}

volatile sig_atomic_t *
process_stop(void)
{
	return &process_signal;
}

int64_t
process_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- the user --------------------------------------------------------------------------- */

#define ENTRY_SIZE ((size_t)64 * 1024) /* of passwd(5): far more than it is */

/* What a child process found out about a user. */
struct user_answer {
	int number; /* an errno; 0 where the user has a name, or none */
	char name[PROCESS_OPERATOR_SIZE];
};

/* A name in digits is refused: it would be taken for the uid of a user without a name. */
static bool
user_is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < PROCESS_OPERATOR_SIZE && strspn(name, "0123456789") != length;
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
user_take_answer(int from, struct user_answer *answer)
{
	struct pollfd descriptor = {.fd = from, .events = POLLIN};
	int ready;

	do {
		ready = poll(&descriptor, 1, POLL_MILLISECONDS);
		if (process_signal != 0) {
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
user_ask_child(struct user_answer *answer)
{
	uid_t uid = getuid();
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
	rc = child == -1 ? -1 : user_take_answer(ends[0], answer);
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
process_operator(char text[PROCESS_OPERATOR_SIZE], struct error *err)
{
	struct user_answer answer = {0};
	unsigned long uid = getuid();
	int number = user_ask_child(&answer) == -1 ? errno : answer.number;

	if (number == EINTR &&
	    stop_asked(&process_signal, err, NULL,
		"interrupted while the name of user %lu was looked for", uid) == -1)
		return NULL;
	if (number == ECHILD || number == EPROTO) {
		error_set(err, ERROR_STORAGE, NULL, "the name of user %lu %s", uid,
		    number == ECHILD ? "cannot be found: the look-up ended without an answer"
				     : "is empty, too long, or a number: expected another");
		return NULL;
	}
	if (number != 0) {
		errno = number;
		error_errno(err, NULL, "the name of user %lu cannot be found", uid);
		return NULL;
	}
	if (answer.name[0] == '\0')
		snprintf(text, PROCESS_OPERATOR_SIZE, "%lu", uid);
	else
		snprintf(text, PROCESS_OPERATOR_SIZE, "%s", answer.name);
	return text;
}
