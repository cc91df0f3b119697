#include "process.h"

#include "error.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

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

const char *
process_operator(char *text, size_t size, struct error *err)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwuid(getuid());
	if (entry != NULL) {
		snprintf(text, size, "%s", entry->pw_name);
		return text;
	}
	/* Not to know is not the same as that there is none: getpwnam(3). */
	if (errno == ENOMEM || errno == EIO || errno == EMFILE || errno == ENFILE ||
	    errno == EINTR) {
		error_errno(
		    err, NULL, "the name of user %lu cannot be found", (unsigned long)getuid());
		return NULL;
	}
	snprintf(text, size, "%lu", (unsigned long)getuid());
	return text;
}
