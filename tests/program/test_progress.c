#include "program/progress.h"

#include "scratch.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

/* The line that is drawn on a terminal. */

static int terminal, reader;

static void
enter(void)
{
	struct winsize size = {.ws_row = 24, .ws_col = 40};
	struct termios raw;

	unsetenv("COLUMNS");
	ck_assert_int_eq(openpty(&reader, &terminal, NULL, NULL, &size), 0);
	ck_assert_int_eq(tcgetattr(terminal, &raw), 0);
	cfmakeraw(&raw);
	ck_assert_int_eq(tcsetattr(terminal, TCSANOW, &raw), 0);
	ck_assert_int_eq(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
}

static void
leave(void)
{
	progress_draw(-1, 0);
	close(reader);
	close(terminal);
}

/* What was drawn. */
static const char *
drawn(void)
{
	static char text[4096];
	ssize_t length = read(reader, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

START_TEST(draws_and_wipes)
{
	progress_begin("m.csv", "rows", 0, 200);
	progress_add(1);
	ck_assert_str_eq(drawn(), "");
	progress_draw(terminal, 0);
	progress_add(49);
	ck_assert_str_eq(drawn(), "\rm.csv: 50 of 200 rows, 25%\033[K");
	progress_hold();
	ck_assert_str_eq(drawn(), "\r\033[K");
	progress_release();
	progress_draw(-1, 0);
	progress_add(1);
	ck_assert_str_eq(drawn(), "");
}
END_TEST

START_TEST(draws_after_a_while)
{
	progress_begin("m.csv", "rows", 0, 0);
	progress_draw(terminal, 60000);
	progress_add(1);
	ck_assert_str_eq(drawn(), "");
}
END_TEST

START_TEST(has_the_share_of_a_measure)
{
	progress_begin("m.csv", "records", 0, 0);
	progress_measure(1000);
	progress_draw(terminal, 0);
	progress_advance(300);
	progress_add(7);
	ck_assert_str_eq(drawn(), "\rm.csv: 7 records, 30%\033[K");
}
END_TEST

/* A line that is wider than the terminal could not be wiped. */
static const struct {
	const char *subject, *line;
} subjects[] = {
    {"a-very-long-name-of-a-manifest-indeed.csv",
	"\r…manifest-indeed.csv: 5 of 10 rows, 50%\033[K"},
    {"証明書の一覧表証明書の一覧表.csv", "\r…証明書の一覧表.csv: 5 of 10 rows, 50%\033[K"},
};

START_TEST(fits_the_terminal)
{
	progress_begin(subjects[_i].subject, "rows", 0, 10);
	progress_draw(terminal, 0);
	progress_add(5);
	ck_assert_str_eq(drawn(), subjects[_i].line);
}
END_TEST

/* Ctrl-S: nothing waits for the terminal, and the line is wiped when it goes on. */
START_TEST(waits_for_no_stopped_terminal)
{
	progress_begin("m.csv", "rows", 0, 10);
	progress_draw(terminal, 0);
	progress_add(5);
	ck_assert_str_eq(drawn(), "\rm.csv: 5 of 10 rows, 50%\033[K");
	ck_assert_int_eq(tcflow(terminal, TCOOFF), 0);
	progress_hold();
	progress_wipe();
	ck_assert_str_eq(drawn(), "");
	ck_assert_int_eq(tcflow(terminal, TCOON), 0);
	progress_wipe();
	ck_assert_str_eq(drawn(), "\r\033[K");
	progress_release();
}
END_TEST

/* SIGUSR1 prints a line of its own. */
START_TEST(prints_after_the_drawn_line)
{
	progress_begin("m.csv", "rows", 0, 10);
	progress_draw(terminal, 0);
	progress_add(5);
	drawn();
	progress_print(terminal);
	ck_assert_str_eq(drawn(), "\r\033[Kpfxreplace: m.csv: 5 of 10 rows, 50%\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("progress");
	TCase *tests = tcase_create("progress");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, draws_and_wipes);
	tcase_add_test(tests, draws_after_a_while);
	tcase_add_test(tests, has_the_share_of_a_measure);
	tcase_add_loop_test(
	    tests, fits_the_terminal, 0, (int)(sizeof(subjects) / sizeof(subjects[0])));
	tcase_add_test(tests, waits_for_no_stopped_terminal);
	tcase_add_test(tests, prints_after_the_drawn_line);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
