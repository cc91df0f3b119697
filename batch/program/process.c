#include "program/process.h"

#include "error.h"
#include "program/progress.h"

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

static volatile sig_atomic_t stop_signal;

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
	if (stop_signal != 0)
		_exit(128 + signal_number);
	stop_signal = signal_number;
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
 * As write_all() to standard error. Once a signal is to stop us, a reader who takes nothing for a
 * second gets no more of what we say.
 */
static ssize_t
write_messages(void *closure, const char *bytes, size_t size)
{
	bool *lost = closure;
	size_t done = 0;
	int tries = 0;

	while (done < size && !*lost) {
		struct pollfd descriptor = {.fd = STDERR_FILENO, .events = POLLOUT};
		size_t most = size - done < PIPE_BUF ? size - done : PIPE_BUF;
		ssize_t written;

		if (poll(&descriptor, 1, POLL_MILLISECONDS) <= 0) {
			*lost = stop_signal != 0 && ++tries > 1000 / POLL_MILLISECONDS;
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
	FILE *stream = fopencookie(&lost, "w", (cookie_io_functions_t){.write = write_messages});

	if (stream == NULL)
		return stderr;
	/* A message is one write: unbuffered, a long -v takes ten times as long. */
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	return stream;
}

volatile sig_atomic_t *
process_stop(void)
{
	return &stop_signal;
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

/* What the child found out about a user. */
struct answer {
	int number; /* of getpwuid_r(3): 0 where there is a name, or none */
	char name[PROCESS_OPERATOR_SIZE];
};

/* A name that is a number would be the operator of another user, who has no name. */
static bool
is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < PROCESS_OPERATOR_SIZE && strspn(name, "0123456789") != length;
}

/*
 * In a process of its own: the libraries behind getpwuid_r(3) crash or end the process where there
 * is no memory (glibc 2.36, nss_database_reload_1() and others), and start threads and keep files
 * open where they ask a server.
 */
_Noreturn static void
answer_user(int to, uid_t uid)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
	struct answer answer = {0};
	struct passwd entry, *found = NULL;
	char text[ENTRY_SIZE];
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	if (quiet != -1) /* what a failed assertion says is nothing for our user */
		dup2(quiet, STDERR_FILENO);
	answer.number = getpwuid_r(uid, &entry, text, sizeof(text), &found);
	/* getpwnam(3) on what says that there is none. Anything else is not to know. */
	if (answer.number == ENOENT || answer.number == ESRCH)
		answer.number = 0;
	if (answer.number == 0 && found != NULL) {
		if (found->pw_uid == uid && is_name(found->pw_name))
			memcpy(answer.name, found->pw_name, strlen(found->pw_name));
		else
			answer.number = EPROTO;
	}
	(void)!write(to, &answer, sizeof(answer)); /* below PIPE_BUF: whole or not at all */
	_exit(0);
}

/* -1 and errno: EINTR where a signal is to stop us, ECHILD where the child gave no answer. */
static int
take_answer(int from, struct answer *answer)
{
	struct pollfd descriptor = {.fd = from, .events = POLLIN};
	int ready;

	do {
		ready = poll(&descriptor, 1, POLL_MILLISECONDS);
		if (stop_signal != 0) {
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
ask_child(struct answer *answer)
{
	uid_t uid = getuid();
	int ends[2], rc, number;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	child = fork();
	if (child == 0)
		answer_user(ends[1], uid);
	number = errno;
	close(ends[1]);
	errno = number;
	rc = child == -1 ? -1 : take_answer(ends[0], answer);
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
	struct answer answer = {0};
	unsigned long uid = getuid();
	int number = ask_child(&answer) == -1 ? errno : answer.number;

	if (number == EINTR && stop_signal != 0) {
		error_set(err, (enum error_code)(ERROR_SIGNAL + stop_signal), NULL,
		    "interrupted while the name of user %lu was looked for", uid);
		return NULL;
	}
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
