/* Owns the order in which settings count, and the form of the state file: a config file that lotop writes.
 * Refuses to know where files are (home.c) and what settings mean (settings.c). */
#include "remember.h"

#include <errno.h>
#include <string.h>
#include "base/text.h"
#include "config.h"

enum { NAME_MAX_LEN = 40, VALUE_MAX = CONFIG_LINE_MAX - NAME_MAX_LEN };

static const char *reason(int error)
{
	switch (error) {
	case -EPERM:
		return "it belongs to somebody else";
	case -EINVAL:
		return "it is no file";
	default:
		return strerror(-error);
	}
}

static void tell(struct remembered *r, const char *path, int error, const char *hint)
{
	text_escape(&r->problems, slice_of(path));
	buf_printf(&r->problems, ": %s (%s)\n", reason(error), hint);
	r->problem_count++;
}

static void load_view(struct remembered *r)
{
	struct settings read;
	struct buf text = { 0 };
	int error = home_read(&r->home, r->home.state, &text);

	settings_init(&read);
	if (error && error != -ENOENT && error != -ENOTDIR) {
		tell(r, r->home.state, error, "the view is not as you left it");
		r->is_broken = true;
	} else if (!error) {
		unsigned count = config_parse(&read, buf_slice(&text), r->home.state, &r->problems);

		r->is_broken = count > 0;
		r->problem_count += count;
	}
	r->last.view = r->settings.view = read.view;
	buf_done(&text);
}

static void load_config(struct remembered *r)
{
	struct buf text = { 0 };
	int error = home_read(&r->home, r->home.config, &text);

	r->has_config = error != -ENOENT && error != -ENOTDIR;
	if (error && r->has_config)
		tell(r, r->home.config, error, "the defaults count");
	if (!error)
		r->problem_count += config_parse(&r->settings, buf_slice(&text), r->home.config, &r->problems);
	r->problem_count += config_make_keys(&r->settings, r->home.config, &r->problems);
	buf_done(&text);
}

void remember_load(struct remembered *r, bool wants_view)
{
	r->problems = (struct buf){ 0 };
	r->problem_count = 0;
	r->has_config = r->is_broken = false;
	settings_init(&r->settings);
	settings_init(&r->last);
	home_find(&r->home);
	if (wants_view)
		load_view(r);
	load_config(r);
}

void remember_done(struct remembered *r)
{
	buf_done(&r->problems);
}

/* A value that would not come back as it was. */
static bool is_writable(struct slice value)
{
	return value.len <= VALUE_MAX && !(value.len && memchr(value.ptr, ';', value.len));
}

/* True when something of the view was changed. */
static bool take_changes(struct settings *last, const struct tui_view *before, const struct tui_view *after)
{
	struct settings old = { .view = *before }, new = { .view = *after };
	struct buf was = { 0 }, is = { 0 };
	size_t count;
	const struct setting *table = settings_table(&count);
	bool has_changed = false;

	for (size_t i = 0; i < count; i++) {
		if (!table[i].is_remembered)
			continue;
		buf_clear(&was);
		buf_clear(&is);
		settings_get(&table[i], &old, &was);
		settings_get(&table[i], &new, &is);
		if (slice_equal(buf_slice(&was), buf_slice(&is)))
			continue;
		has_changed |= settings_set(&table[i], last, buf_slice(&is), &was) == 0;
	}
	buf_done(&was);
	buf_done(&is);
	return has_changed;
}

static void add_state(struct buf *out, const struct settings *last)
{
	struct buf value = { 0 };
	size_t count;
	const struct setting *table = settings_table(&count);

	buf_add_string(out, "# The view of lotop as it was left. Written by lotop; may be deleted.\n");
	for (size_t i = 0; i < count; i++) {
		if (!table[i].is_remembered)
			continue;
		buf_clear(&value);
		settings_get(&table[i], last, &value);
		if (is_writable(buf_slice(&value)))
			buf_printf(out, "%s = %s\n", table[i].name, buf_string(&value));
	}
	buf_done(&value);
}

int remember_save(struct remembered *r, const struct tui_view *before, const struct tui_view *after)
{
	struct buf text = { 0 };
	int error;

	if (r->home.is_borrowed || !take_changes(&r->last, before, after))
		return 0;
	add_state(&text, &r->last);
	error = home_write_state(&r->home, buf_slice(&text), r->is_broken);
	buf_done(&text);
	return error == -ENOENT ? 0 : error;
}
