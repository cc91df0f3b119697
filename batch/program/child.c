#include "program/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program/process.h"

#define CHILD_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define CHILD_GRACE INT64_C(2000) /* milliseconds between SIGTERM and SIGKILL */
#define CHILD_PAUSE 50            /* milliseconds between two looks at what has no pidfd */

struct child {
	const struct child_wish *wish;
	struct child_answer *answer;
	pid_t pid;
	int pidfd;   /* -1: the kernel has none */
	int output;  /* the end of the pipe that we read; -1: it is closed */
	int failure; /* likewise, of the errno of execve(2) */
	int status;  /* of wait(2), when it has ended */
	bool ended;
};

/* ---- in the child ------------------------------------------------------------------------- */

/* Signals as at first: we, and what has started us, ignore some. None that came to us between
 * fork(2) and here ends it: one that waits is dropped when it is ignored. */
static void
child_reset_signals(void)
{
	struct sigaction action = {0};
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		action.sa_handler = SIG_IGN;
		(void)sigaction(number, &action, NULL);
		action.sa_handler = SIG_DFL;
		(void)sigaction(number, &action, NULL);
	}
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Between fork(2) and execve(2) nothing is allocated. Never returns. */
static void
child_become(const struct child_wish *wish, char *const *environment, int output, int failure)
{
	char *arguments[] = {NULL, NULL};
	int input = open("/dev/null", O_RDONLY);
	int number;

	memcpy(arguments, &wish->program, sizeof(wish->program)); /* execve(2) changes nothing */
	if (input != -1 && setpgid(0, 0) == 0 && dup2(input, STDIN_FILENO) != -1 &&
	    dup2(output, STDOUT_FILENO) != -1 && dup2(output, STDERR_FILENO) != -1) {
		/* Ours are close-on-exec; this is for what the program inherited itself. */
		(void)syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
		child_reset_signals();
		process_soften();
		execve(wish->program, arguments, environment);
	}
	number = errno;
	(void)!write(failure, &number, sizeof(number));
	_exit(127);
}

/* ---- started ------------------------------------------------------------------------------ */

/* PATH and the variables of the wish, NULL-terminated; to be freed. NULL: no memory. */
static char **
child_environment(const struct child_wish *wish)
{
	size_t count = 0;
	char **environment;

	while (wish->environment != NULL && wish->environment[count] != NULL)
		count++;
	environment = calloc(count + 2, sizeof(*environment));
	if (environment == NULL)
		return NULL;
	memcpy(environment, &(const char *){CHILD_PATH}, sizeof(*environment));
	if (count > 0) /* execve(2) changes none of them */
		memcpy(environment + 1, wish->environment, count * sizeof(*environment));
	return environment;
}

static void
child_close(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* Both pipes, close-on-exec; we never wait for what is written to the first. */
static int
child_open_pipes(int output[2], int failure[2], struct error *err)
{
	if (pipe2(output, O_CLOEXEC) == 0) {
		if (fcntl(output[0], F_SETFL, O_NONBLOCK) == 0 && pipe2(failure, O_CLOEXEC) == 0)
			return 0;
		error_errno(err, NULL, "no pipe can be made");
		close(output[0]);
		close(output[1]);
		return -1;
	}
	return error_errno(err, NULL, "no pipe can be made");
}

/* No handler of ours runs in the child, where all signals are blocked at first. */
static pid_t
child_fork(struct error *err)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == -1)
		error_errno(err, NULL, "no process can be made");
	if (pid != 0)
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static int
child_start(struct child *child, struct error *err)
{
	char **environment = child_environment(child->wish);
	int output[2] = {-1, -1}, failure[2] = {-1, -1};

	if (environment == NULL)
		return error_memory(err);
	if (child_open_pipes(output, failure, err) == -1) {
		free(environment);
		return -1;
	}
	child->pid = child_fork(err);
	if (child->pid == 0)
		child_become(child->wish, environment, output[1], failure[1]);
	free(environment);
	close(output[1]);
	close(failure[1]);
	child->output = output[0];
	child->failure = failure[0];
	if (child->pid == -1)
		return -1;
	(void)setpgid(child->pid, child->pid); /* whoever comes first */
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0U);
	return 0;
}

/* ---- its output --------------------------------------------------------------------------- */

/* Keeps the last bytes of all that was written. */
static void
child_keep(struct child_answer *answer, const char *bytes, size_t length)
{
	size_t most = CHILD_OUTPUT_SIZE - 1;
	size_t drop;

	if (length > most) {
		bytes += length - most;
		length = most;
	}
	drop = answer->length + length > most ? answer->length + length - most : 0;
	memmove(answer->output, answer->output + drop, answer->length - drop);
	answer->length -= drop;
	memcpy(answer->output + answer->length, bytes, length);
	answer->length += length;
}

#define CHILD_READS 64 /* at once: what it has left running may write without end */

/* Reads what is there. */
static void
child_drain(struct child *child)
{
	char bytes[4096];
	ssize_t length;

	for (int i = 0; i < CHILD_READS && child->output != -1; i++) {
		length = read(child->output, bytes, sizeof(bytes));
		if (length > 0)
			child_keep(child->answer, bytes, (size_t)length);
		else if (length == -1 && errno == EAGAIN)
			return;
		else if (length == 0 || errno != EINTR)
			child_close(&child->output);
	}
}

/* A character whose beginning was not kept is left out. */
static void
child_trim(struct child_answer *answer)
{
	size_t begin = 0;

	while (begin < answer->length && begin < 4 &&
	       ((unsigned char)answer->output[begin] & 0xc0) == 0x80)
		begin++;
	memmove(answer->output, answer->output + begin, answer->length - begin);
	answer->length -= begin;
	answer->output[answer->length] = '\0';
}

/* ---- its end ------------------------------------------------------------------------------ */

static void
child_look(struct child *child)
{
	pid_t found;

	do
		found = waitpid(child->pid, &child->status, WNOHANG);
	while (found == -1 && errno == EINTR);
	child->ended = found != 0;
}

/* Waits until it has ended or the time has come, and takes its output meanwhile. */
static void
child_wait(struct child *child, int64_t until)
{
	int64_t left;

	for (child_look(child); !child->ended; child_look(child)) {
		struct pollfd polled[] = {{.fd = child->output, .events = POLLIN},
		    {.fd = child->pidfd, .events = POLLIN}};

		left = until - process_ticks();
		if (left <= 0)
			return;
		if (child->pidfd == -1 && left > CHILD_PAUSE)
			left = CHILD_PAUSE;
		(void)poll(polled, 2, (int)(left < INT32_MAX ? left : INT32_MAX));
		child_drain(child);
	}
}

/* Ends it with all of its group: first they are asked, then they are made to. A shell ends at once
 * when it is asked; what it has called has its time all the same. */
static void
child_end(struct child *child)
{
	int64_t until = process_ticks() + CHILD_GRACE;
	struct pollfd polled = {.events = POLLIN};

	(void)kill(-child->pid, SIGTERM);
	child_wait(child, until);
	while (kill(-child->pid, 0) == 0 && process_ticks() < until) {
		polled.fd = child->output;
		(void)poll(&polled, 1, CHILD_PAUSE);
		child_drain(child);
	}
	(void)kill(-child->pid, SIGKILL);
	while (!child->ended && waitpid(child->pid, &child->status, 0) == -1 && errno == EINTR)
		;
}

static void
child_say_end(struct child *child, bool timed_out)
{
	struct child_answer *answer = child->answer;
	int number;

	if (read(child->failure, &number, sizeof(number)) == (ssize_t)sizeof(number)) {
		answer->end = CHILD_NOT_STARTED;
		answer->number = number;
	} else if (timed_out) {
		answer->end = CHILD_TIMED_OUT;
	} else if (WIFSIGNALED(child->status)) {
		answer->end = CHILD_SIGNALLED;
		answer->number = WTERMSIG(child->status);
	} else {
		answer->end = CHILD_EXITED;
		answer->number = WEXITSTATUS(child->status);
	}
}

int
child_run(const struct child_wish *wish, struct child_answer *answer, struct error *err)
{
	struct child child = {
	    .wish = wish, .answer = answer, .pidfd = -1, .output = -1, .failure = -1};
	/* Where we were started with SIGCHLD ignored, wait(2) finds no status. */
	struct sigaction plain = {.sa_handler = SIG_DFL}, before;
	bool timed_out = false;
	int rc;

	*answer = (struct child_answer){.end = CHILD_EXITED};
	(void)sigaction(SIGCHLD, &plain, &before);
	rc = child_start(&child, err);
	if (rc == 0) {
		child_wait(&child, process_ticks() + wish->milliseconds);
		timed_out = !child.ended;
		if (timed_out)
			child_end(&child);
		child_drain(&child);
		child_say_end(&child, timed_out);
		child_trim(answer);
	}
	child_close(&child.pidfd);
	child_close(&child.output);
	child_close(&child.failure);
	(void)sigaction(SIGCHLD, &before, NULL);
	return rc;
}

const char *
child_describe(
    const struct child_wish *wish, const struct child_answer *answer, char text[CHILD_TEXT_SIZE])
{
	switch (answer->end) {
	case CHILD_EXITED:
		snprintf(text, CHILD_TEXT_SIZE, "exit status %d", answer->number);
		break;
	case CHILD_SIGNALLED:
		snprintf(text, CHILD_TEXT_SIZE, "signal %d (%s)", answer->number,
		    strsignal(answer->number));
		break;
	case CHILD_TIMED_OUT:
		snprintf(text, CHILD_TEXT_SIZE, "took longer than %lld s",
		    (long long)wish->milliseconds / 1000);
		break;
	case CHILD_NOT_STARTED:
		snprintf(text, CHILD_TEXT_SIZE, "not started: %s", strerror(answer->number));
		break;
	}
	return text;
}
