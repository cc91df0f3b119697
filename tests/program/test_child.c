#include "program/child.h"

#include "program/process.h"

#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

/*
 * The programs that are run are this suite itself: in their environment ACT names what they do,
 * after what was written to standard output is there. The linker lets some calls fail.
 */

static struct {
	bool calloc, fork, pipe, pidfd;
	int pipes; /* that succeed before one fails */
} fails;

void *__real_calloc(size_t, size_t);
void *__wrap_calloc(size_t, size_t);
pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_pipe2(int[2], int);
int __wrap_pipe2(int[2], int);
long __wrap_syscall(long, ...);
long __real_syscall(long, ...);

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails.calloc ? NULL : __real_calloc(count, size);
}

pid_t
__wrap_fork(void)
{
	if (!fails.fork)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

int
__wrap_pipe2(int ends[2], int flags)
{
	if (!fails.pipe || fails.pipes-- > 0)
		return __real_pipe2(ends, flags);
	errno = EMFILE;
	return -1;
}

long
__wrap_syscall(long number, ...)
{
	long arguments[3];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 3; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (!fails.pidfd || number != SYS_pidfd_open)
		return __real_syscall(number, arguments[0], arguments[1], arguments[2]);
	errno = ENOSYS;
	return -1;
}

/* ---- in the program that is run ----------------------------------------------------------- */

static void
act_say(const char *text)
{
	(void)!write(STDOUT_FILENO, text, strlen(text));
}

/* 1 MiB of a character of two bytes, and one at the end, so that the cut falls into one. */
static void
act_much(void)
{
	char bytes[4096];

	for (size_t i = 0; i < sizeof(bytes); i += 2)
		memcpy(bytes + i, "\xc3\xa4", 2);
	for (int i = 0; i < 256; i++)
		(void)!write(i % 2 == 0 ? STDOUT_FILENO : STDERR_FILENO, bytes, sizeof(bytes));
	act_say("!");
}

static void
act_environment(void)
{
	for (char **at = environ; *at != NULL; at++)
		dprintf(STDOUT_FILENO, "%s;", *at);
}

static void
act_input(void)
{
	char byte;

	dprintf(STDOUT_FILENO, "%zd", read(STDIN_FILENO, &byte, 1));
}

static void
act_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");

	for (struct dirent *at = readdir(folder); at != NULL; at = readdir(folder))
		if (at->d_name[0] != '.' && atoi(at->d_name) != dirfd(folder))
			dprintf(STDERR_FILENO, "%s;", at->d_name);
	closedir(folder);
}

/* Signals that are ignored, those that are blocked, and whether it leads its group. */
static void
act_signals(void)
{
	struct sigaction action;
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 1; i < SIGRTMAX; i++) {
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			dprintf(STDOUT_FILENO, "%d is ignored;", i);
		if (sigismember(&mask, i) == 1)
			dprintf(STDOUT_FILENO, "%d is blocked;", i);
	}
	act_say(getpgrp() == getpid() ? "leader" : "no leader");
}

/* Leaves a child, and prints "ITS-OWN-ID THE-CHILD'S-ID". */
static pid_t
act_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		dprintf(STDOUT_FILENO, "%d %d", (int)parent, (int)getpid());
		return 0;
	}
	return pid;
}

static void
act_stubborn(void)
{
	signal(SIGTERM, SIG_IGN);
	act_fork();
	for (;;)
		pause();
}

/* It ends when it is asked to, its child does not. */
static void
act_left_behind(void)
{
	if (act_fork() == 0)
		signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

static void
act_daemon(void)
{
	if (act_fork() != 0) {
		usleep(100000); /* it has printed */
		return;
	}
	setpgid(0, 0);
	sleep(20);
}

/* Its child writes without end, and is waited for by nobody. */
static void
act_flood(void)
{
	char bytes[4096];

	memset(bytes, 'f', sizeof(bytes));
	if (fork() != 0) {
		usleep(100000);
		return;
	}
	alarm(20);
	while (write(STDOUT_FILENO, bytes, sizeof(bytes)) > 0)
		;
}

static void
act_endless(void)
{
	while (write(STDOUT_FILENO, "endless ", 8) == 8)
		;
}

static void
act_closed(void)
{
	act_say("closed");
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	usleep(100000);
}

static void
act_exit(void)
{
	_exit(3);
}

static void
act_signal(void)
{
	act_say("about to end");
	raise(SIGKILL);
}

static void
act_sleep(void)
{
	usleep(300000);
	act_say("slept");
}

static void
act_nothing(void)
{
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
    {"closed", act_closed},
    {"daemon", act_daemon},
    {"descriptors", act_descriptors},
    {"endless", act_endless},
    {"environment", act_environment},
    {"exit", act_exit},
    {"flood", act_flood},
    {"input", act_input},
    {"left behind", act_left_behind},
    {"much", act_much},
    {"nothing", act_nothing},
    {"signal", act_signal},
    {"signals", act_signals},
    {"sleep", act_sleep},
    {"stubborn", act_stubborn},
};

static void
act(const char *name)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].name, name) == 0) {
			acts[i].act();
			_exit(0);
		}
	_exit(99);
}

/* ---- running it --------------------------------------------------------------------------- */

static struct child_answer answer;
static int64_t took; /* milliseconds */

/* Runs it, and says how it ended. Static: until the next call. */
static const char *
run(const char *program, const char *const *environment, int64_t milliseconds)
{
	static char text[CHILD_TEXT_SIZE];
	const struct child_wish wish = {program, environment, milliseconds};
	struct error err = {0};
	int64_t begun = process_ticks();

	memset(&answer, 'x', sizeof(answer));
	ck_assert_msg(child_run(&wish, &answer, &err) == 0, "%s", err.text);
	took = process_ticks() - begun;
	ck_assert_uint_lt(answer.length, CHILD_OUTPUT_SIZE);
	ck_assert_uint_eq(strlen(answer.output), answer.length);
	return child_describe(&wish, &answer, text);
}

static const char *
run_act(const char *name, int64_t milliseconds)
{
	char variable[64];

	snprintf(variable, sizeof(variable), "ACT=%s", name);
	return run("/proc/self/exe", (const char *const[]){variable, NULL}, milliseconds);
}

/* Waits until there is no process of this id. It is ours when its parent has ended. */
static void
is_gone(int pid)
{
	for (int64_t until = process_ticks() + 500; process_ticks() < until; usleep(2000)) {
		(void)waitpid(pid, NULL, WNOHANG);
		if (kill(pid, 0) == -1 && errno == ESRCH)
			return;
	}
	ck_abort_msg("the process %d is still there", pid);
}

static const char *
file(const char *name, const char *text, mode_t mode)
{
	scratch_write(name, text);
	ck_assert_int_eq(chmod(name, mode), 0);
	return name;
}

/* ---- tests -------------------------------------------------------------------------------- */

START_TEST(it_ends)
{
	ck_assert_str_eq(run_act("nothing", 5000), "exit status 0");
	ck_assert_int_eq(answer.end, CHILD_EXITED);
	ck_assert_int_eq(answer.number, 0);
	ck_assert_str_eq(answer.output, "");
	ck_assert_str_eq(run_act("exit", 5000), "exit status 3");
	ck_assert_str_eq(run_act("signal", 5000), "signal 9 (Killed)");
	ck_assert_int_eq(answer.end, CHILD_SIGNALLED);
	ck_assert_str_eq(answer.output, "about to end");
	ck_assert_str_eq(run_act("closed", 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "closed");
	ck_assert_int_ge(took, 100);
}
END_TEST

START_TEST(last_bytes_of_its_output)
{
	ck_assert_str_eq(run_act("much", 5000), "exit status 0");
	/* 1,024 bytes begin within a character: 511 of them are whole, and the last byte. */
	ck_assert_uint_eq(answer.length, 1023);
	for (size_t i = 0; i < 1022; i += 2)
		ck_assert(memcmp(answer.output + i, "\xc3\xa4", 2) == 0);
	ck_assert_str_eq(answer.output + 1022, "!");
}
END_TEST

START_TEST(both_outputs_in_order)
{
	file("hook", "#!/bin/sh\necho one\necho two >&2\necho three\n", 0700);
	ck_assert_str_eq(run("./hook", NULL, 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "one\ntwo\nthree\n");
}
END_TEST

START_TEST(zero_bytes_in_its_output)
{
	const struct child_wish wish = {"./hook", NULL, 5000};
	struct error err = {0};

	file("hook", "#!/bin/sh\nprintf 'a\\0b\\0'\n", 0700);
	ck_assert_int_eq(child_run(&wish, &answer, &err), 0);
	ck_assert_uint_eq(answer.length, 4);
	ck_assert(memcmp(answer.output, "a\0b\0", 5) == 0);
}
END_TEST

static volatile sig_atomic_t alarms;

static void
on_alarm(int number)
{
	(void)number;
	alarms = alarms + 1;
}

static void
alarm_every(int milliseconds)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval timer = {{0, milliseconds * 1000}, {0, milliseconds * 1000}};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

START_TEST(signals_to_us_while_it_runs)
{
	alarm_every(10);
	ck_assert_str_eq(run_act("sleep", 5000), "exit status 0");
	alarm_every(0);
	ck_assert_int_ge(took, 300);
	ck_assert_int_gt(alarms, 10);
	ck_assert_str_eq(answer.output, "slept");
}
END_TEST

/* Likewise while it has to end. */
START_TEST(too_long_with_its_group)
{
	int ids[2];

	alarm_every(10);
	ck_assert_str_eq(run_act("stubborn", 300), "took longer than 0 s");
	alarm_every(0);
	ck_assert_int_eq(answer.end, CHILD_TIMED_OUT);
	ck_assert_int_ge(took, 2300);
	ck_assert_int_lt(took, 3000);
	ck_assert_int_gt(alarms, 100);
	ck_assert_int_eq(sscanf(answer.output, "%d %d", &ids[0], &ids[1]), 2);
	is_gone(ids[0]);
	is_gone(ids[1]);
}
END_TEST

START_TEST(too_long_and_its_child_left)
{
	int ids[2];

	ck_assert_str_eq(run_act("left behind", 100), "took longer than 0 s");
	ck_assert_int_lt(took, 3000);
	ck_assert_int_eq(sscanf(answer.output, "%d %d", &ids[0], &ids[1]), 2);
	is_gone(ids[0]);
	is_gone(ids[1]);
}
END_TEST

/* A shell ends at once when it is asked to; what it has called may need its time. */
START_TEST(too_long_and_its_child_tidies_up)
{
	file("hook",
	    "#!/bin/sh\n"
	    "sh -c 'trap \"sleep 0.3; echo tidy; exit\" TERM; while :; do sleep 0.1; done' "
	    "2>/dev/null\n"
	    "echo not reached\n",
	    0700);
	ck_assert_str_eq(run("./hook", NULL, 300), "took longer than 0 s");
	ck_assert_str_eq(answer.output, "tidy\n");
	ck_assert_int_lt(took, 3000);
}
END_TEST

START_TEST(too_long_and_it_writes)
{
	ck_assert_str_eq(run_act("endless", 100), "took longer than 0 s");
	ck_assert_int_lt(took, 1000); /* it ends when it is asked to */
	ck_assert_uint_eq(answer.length, 1024);
	ck_assert_ptr_nonnull(strstr(answer.output, "endless endless"));
}
END_TEST

START_TEST(daemon_is_not_waited_for)
{
	int ids[2];

	ck_assert_str_eq(run_act("daemon", 5000), "exit status 0");
	ck_assert_int_lt(took, 1000);
	ck_assert_int_eq(sscanf(answer.output, "%d %d", &ids[0], &ids[1]), 2);
	is_gone(ids[0]);
	ck_assert_int_eq(kill(ids[1], 0), 0);
	ck_assert_int_eq(kill(ids[1], SIGKILL), 0);
}
END_TEST

START_TEST(daemon_that_writes_without_end)
{
	ck_assert_str_eq(run_act("flood", 5000), "exit status 0");
	ck_assert_int_lt(took, 1000);
	ck_assert_uint_eq(answer.length, 1024);
	ck_assert_uint_eq(strspn(answer.output, "f"), 1024);
}
END_TEST

START_TEST(not_started)
{
	ck_assert_str_eq(run("./nothing", NULL, 5000), "not started: No such file or directory");
	ck_assert_int_eq(answer.end, CHILD_NOT_STARTED);
	ck_assert_int_eq(answer.number, ENOENT);
	ck_assert_str_eq(answer.output, "");
	file("plain", "#!/bin/sh\n", 0600);
	ck_assert_str_eq(run("./plain", NULL, 5000), "not started: Permission denied");
	ck_assert_str_eq(run(".", NULL, 5000), "not started: Permission denied");
	file("formless", "echo no shell is started for this\n", 0700);
	ck_assert_str_eq(run("./formless", NULL, 5000), "not started: Exec format error");
	ck_assert_int_eq(answer.end, CHILD_NOT_STARTED);
	ck_assert_int_eq(answer.number, ENOEXEC);
	file("lost", "#!./no-such-shell\n", 0700);
	ck_assert_str_eq(run("./lost", NULL, 5000), "not started: No such file or directory");
}
END_TEST

START_TEST(its_environment)
{
	const char *const environment[] = {
	    "ACT=environment", "ONE=1", "TWO=two words\nand a line", "EMPTY=", NULL};

	setenv("SECRET", "of ours", 1);
	ck_assert_str_eq(run("/proc/self/exe", environment, 5000), "exit status 0");
	ck_assert_str_eq(answer.output,
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin;ACT=environment;"
	    "ONE=1;TWO=two words\nand a line;EMPTY=;");
	file("hook", "#!/usr/bin/env sh\necho \"$SECRET.\"\n", 0700);
	ck_assert_str_eq(run("./hook", NULL, 5000), "exit status 0");
	ck_assert_str_eq(answer.output, ".\n");
	unsetenv("SECRET");
}
END_TEST

/* None are for us, as passwords pass through our memory. */
START_TEST(its_core_files)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
	if (limit.rlim_max < 4096)
		return;
	limit.rlim_cur = 4096;
	ck_assert_int_eq(setrlimit(RLIMIT_CORE, &limit), 0);
	process_harden();
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
	ck_assert_uint_eq(limit.rlim_cur, 0);
	file("hook", "#!/bin/sh\nulimit -c\n", 0700);
	ck_assert_str_eq(run("./hook", NULL, 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "8\n"); /* of 512 bytes */
}
END_TEST

START_TEST(its_descriptors)
{
	int inherited[2], copy = dup(STDIN_FILENO);

	/* as what a shell leaves open; the second is higher than the highest that may be had anew
	 */
	inherited[0] = open("/", O_RDONLY);
	inherited[1] = fcntl(inherited[0], F_DUPFD, 200);
	ck_assert_int_ge(inherited[1], 200);
	ck_assert_str_eq(run_act("descriptors", 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "0;1;2;");
	ck_assert_int_eq(close(inherited[0]), 0); /* ours are still there */
	ck_assert_int_eq(close(inherited[1]), 0);
	scratch_write("input", "for us alone\n");
	ck_assert_int_eq(close(STDIN_FILENO), 0);
	ck_assert_int_eq(open("input", O_RDONLY), STDIN_FILENO);
	ck_assert_str_eq(run_act("input", 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "0");
	ck_assert_int_eq(dup2(copy, STDIN_FILENO), STDIN_FILENO);
	close(copy);
}
END_TEST

static void
on_signal(int number)
{
	(void)number;
}

START_TEST(its_signals)
{
	static const int ignored[] = {
	    SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGQUIT, SIGCHLD, SIGTSTP, SIGTTOU, SIGALRM, SIGUSR2};
	sigset_t all, before;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGTERM, on_signal);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	ck_assert_str_eq(run_act("signals", 5000), "exit status 0");
	sigprocmask(SIG_SETMASK, &before, NULL);
	ck_assert_str_eq(answer.output, "leader");
	ck_assert_ptr_eq(signal(SIGTERM, SIG_DFL), on_signal);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		ck_assert_ptr_eq(signal(ignored[i], SIG_DFL), SIG_IGN);
}
END_TEST

/* Some supervisors ignore SIGCHLD, and what they start inherits it: wait(2) then finds nothing. */
START_TEST(status_where_sigchld_is_ignored)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NOCLDWAIT};

	signal(SIGCHLD, SIG_IGN);
	ck_assert_str_eq(run_act("exit", 5000), "exit status 3");
	ck_assert_str_eq(run_act("sleep", 5000), "exit status 0");
	ck_assert_str_eq(answer.output, "slept");
	ck_assert_ptr_eq(signal(SIGCHLD, SIG_DFL), SIG_IGN);
	sigaction(SIGCHLD, &action, NULL);
	ck_assert_str_eq(run_act("exit", 5000), "exit status 3");
	sigaction(SIGCHLD, NULL, &action);
	ck_assert_ptr_eq(action.sa_handler, on_signal);
	ck_assert_int_ne(action.sa_flags & SA_NOCLDWAIT, 0);
	signal(SIGCHLD, SIG_DFL);
}
END_TEST

START_TEST(kernel_without_pidfd)
{
	fails.pidfd = true;
	ck_assert_str_eq(run_act("sleep", 5000), "exit status 0");
	ck_assert_int_lt(took, 1000);
	ck_assert_str_eq(answer.output, "slept");
	ck_assert_str_eq(run_act("closed", 5000), "exit status 0");
	ck_assert_int_lt(took, 1000);
	ck_assert_str_eq(run_act("endless", 100), "took longer than 0 s");
	ck_assert_int_lt(took, 1000);
	fails.pidfd = false;
}
END_TEST

/* The text of the error, and that no descriptor is left. Static: until the next call. */
static const char *
refused(void)
{
	static struct error err;
	const struct child_wish wish = {"./hook", NULL, 5000};
	int before = dup(STDIN_FILENO), after;

	close(before);
	err = (struct error){0};
	ck_assert_int_eq(child_run(&wish, &answer, &err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	fails.calloc = fails.fork = fails.pipe = false;
	after = dup(STDIN_FILENO);
	close(after);
	ck_assert_int_eq(after, before);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	return err.text;
}

START_TEST(no_process_can_be_made)
{
	file("hook", "#!/bin/sh\n", 0700);
	fails.calloc = true;
	ck_assert_str_eq(refused(), "out of memory");
	fails.fork = true;
	ck_assert_str_eq(refused(), "no process can be made: Resource temporarily unavailable");
	for (int i = 0; i < 2; i++) {
		fails.pipe = true;
		fails.pipes = i;
		ck_assert_str_eq(refused(), "no pipe can be made: Too many open files");
	}
	ck_assert_str_eq(run("./hook", NULL, 5000), "exit status 0");
}
END_TEST

START_TEST(what_is_said)
{
	const struct child_wish wish = {.milliseconds = 60000};
	char text[CHILD_TEXT_SIZE];

	answer = (struct child_answer){.end = CHILD_TIMED_OUT};
	ck_assert_str_eq(child_describe(&wish, &answer, text), "took longer than 60 s");
	answer = (struct child_answer){.end = CHILD_SIGNALLED, .number = SIGTERM};
	ck_assert_str_eq(child_describe(&wish, &answer, text), "signal 15 (Terminated)");
}
END_TEST

static char folder[64];

static void
set_up(void)
{
	scratch_enter(folder);
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

static void
tear_down(void)
{
	scratch_leave(folder);
}

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("child");
	TCase *tests = tcase_create("child");

	(void)argc;
	/* Never the suite itself, also where the environment did not arrive: it would start itself.
	 */
	if (argc != 1 || strcmp(argv[0], "/proc/self/exe") == 0)
		act(getenv("ACT") == NULL ? "" : getenv("ACT"));
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 10);
	tcase_add_test(tests, it_ends);
	tcase_add_test(tests, last_bytes_of_its_output);
	tcase_add_test(tests, both_outputs_in_order);
	tcase_add_test(tests, zero_bytes_in_its_output);
	tcase_add_test(tests, too_long_with_its_group);
	tcase_add_test(tests, too_long_and_its_child_left);
	tcase_add_test(tests, too_long_and_its_child_tidies_up);
	tcase_add_test(tests, too_long_and_it_writes);
	tcase_add_test(tests, daemon_is_not_waited_for);
	tcase_add_test(tests, daemon_that_writes_without_end);
	tcase_add_test(tests, not_started);
	tcase_add_test(tests, its_environment);
	tcase_add_test(tests, its_core_files);
	tcase_add_test(tests, its_descriptors);
	tcase_add_test(tests, its_signals);
	tcase_add_test(tests, status_where_sigchld_is_ignored);
	tcase_add_test(tests, signals_to_us_while_it_runs);
	tcase_add_test(tests, kernel_without_pidfd);
	tcase_add_test(tests, no_process_can_be_made);
	tcase_add_test(tests, what_is_said);
	suite_add_tcase(suite, tests);
	return scratch_run_apart(suite);
}
