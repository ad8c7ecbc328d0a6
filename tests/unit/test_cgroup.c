/* model/cgroup: the paths that systemd, docker, podman, containerd, cri-o, lxc and nspawn really make; and
 * those that somebody makes to look like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/cgroup.h"
#include "model/facts.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_ID "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define USER "/user.slice/user-1000.slice/user@1000.service"
#define POD "8f3a1c2e-0000-4111-8222-123456789abc"
#define POD_ESCAPED "8f3a1c2e_0000_4111_8222_123456789abc"

static const struct {
	const char *path, *unit;
	enum unit_kind kind;
	const char *engine, *container;
	bool is_user, may_restart;
	const char *stop;
} cases[] = {
	{ "/system.slice/nginx.service", "nginx.service", UNIT_SERVICE, NULL, "", false, true,
	  "systemctl stop nginx.service" },
	{ "/system.slice/system-postgresql.slice/postgresql@15-main.service", "postgresql@15-main.service",
	  UNIT_SERVICE, NULL, "", false, true, "systemctl stop postgresql@15-main.service" },
	{ "/system.slice/cups.socket", "cups.socket", UNIT_SOCKET, NULL, "", false, true,
	  "systemctl stop cups.socket" },
	{ "/system.slice/nginx.service/worker/3", "nginx.service", UNIT_SERVICE, NULL, "", false, true,
	  "systemctl stop nginx.service" },
	{ "/system.slice/dev-disk.swap", "dev-disk.swap", UNIT_OTHER, NULL, "", false, false, "" },
	{ "/system.slice/_cgroup.service", "cgroup.service", UNIT_SERVICE, NULL, "", false, true,
	  "systemctl stop cgroup.service" },
	{ "/init.scope", "init.scope", UNIT_SCOPE, NULL, "", false, false, "" },
	{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope", UNIT_SCOPE, NULL, "", false,
	  false, "" },
	{ USER, "user@1000.service", UNIT_OTHER, NULL, "", false, false, "" },
	{ USER "/init.scope", "init.scope", UNIT_SCOPE, NULL, "", true, false, "" },
	{ USER "/app.slice/web.service", "web.service", UNIT_SERVICE, NULL, "", true, true,
	  "systemctl --user stop web.service" },
	{ USER "/app.slice/app-gnome\\x2dterminal.slice/vte-spawn-1.scope", "vte-spawn-1.scope", UNIT_SCOPE,
	  NULL, "",
	  true, false, "" },
	{ USER "/app.slice/run\\x2dx.service", "run\\x2dx.service", UNIT_SERVICE, NULL, "", true, true,
	  "systemctl --user stop 'run\\x2dx.service'" },

	{ "/system.slice/docker-" ID ".scope", "docker-" ID ".scope", UNIT_SCOPE, "docker", ID, false, true,
	  "docker stop 0123456789ab" },
	{ "/docker/" ID, "", UNIT_NONE, "docker", ID, false, true, "docker stop 0123456789ab" },
	{ "/system.slice/docker.service/docker/" ID, "docker.service", UNIT_SERVICE, "docker", ID, false,
	  true,
	  "docker stop 0123456789ab" },
	{ "/docker/" ID "/docker/" OTHER_ID "/init.scope", "", UNIT_NONE, "docker", ID, false, true,
	  "docker stop 0123456789ab" },
	{ "/ecs/0123456789abcdef/" ID, "", UNIT_NONE, "docker", ID, false, true, "docker stop 0123456789ab" },
	{ "/batch/" ID, "", UNIT_NONE, "container", ID, false, true, "" },
	{ USER "/user.slice/docker-" ID ".scope", "docker-" ID ".scope", UNIT_SCOPE, "docker", ID, true, true,
	  "docker stop 0123456789ab" },
	{ USER "/user.slice/libpod-" ID ".scope/container", "libpod-" ID ".scope", UNIT_SCOPE, "podman", ID,
	  true, true,
	  "podman stop 0123456789ab" },
	{ "/machine.slice/libpod-conmon-" ID ".scope", "libpod-conmon-" ID ".scope", UNIT_SCOPE, "podman", ID,
	  false,
	  true, "podman stop 0123456789ab" },
	{ "/system.slice/web.service/libpod-payload-" ID, "web.service", UNIT_SERVICE, "podman", ID, false,
	  true,
	  "systemctl stop web.service" },
	{ "/libpod_parent/libpod-" ID, "", UNIT_NONE, "podman", ID, false, true, "podman stop 0123456789ab" },
	{ "/system.slice/nerdctl-" ID ".scope", "nerdctl-" ID ".scope", UNIT_SCOPE, "containerd", ID, false,
	  true, "" },
	{ "/machine.slice/machine-web.scope/payload/init.scope", "machine-web.scope", UNIT_SCOPE, "nspawn",
	  "web",
	  false, true, "machinectl poweroff web" },
	{ "/machine.slice/systemd-nspawn@web.service/payload", "systemd-nspawn@web.service", UNIT_SERVICE,
	  "nspawn",
	  "web", false, true, "systemctl stop systemd-nspawn@web.service" },
	{ "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator",
	  "machine-qemu\\x2d1\\x2dvm.scope",
	  UNIT_SCOPE, "qemu", "1\\x2dvm", false, true, "" },
	{ "/lxc.payload.build-1/system.slice/nginx.service", "", UNIT_NONE, "lxc", "build-1", false, true,
	  "" },
	{ "/lxc/101/ns/system.slice/nginx.service", "", UNIT_NONE, "lxc", "101", false, true, "" },

	/* a delegated subtree: its owner names things as he likes */
	{ USER "/system.slice/nginx.service", "nginx.service", UNIT_SERVICE, NULL, "", true, true,
	  "systemctl --user stop nginx.service" },
	{ "/system.slice/web.service/system.slice/nginx.service", "web.service", UNIT_SERVICE, NULL, "",
	  false, true,
	  "systemctl stop web.service" },
	{ USER "/app.slice/x';reboot;'.service", "x';reboot;'.service", UNIT_SERVICE, NULL, "", true, true,
	  "" },
	{ USER "/app.slice/$(reboot).service", "$(reboot).service", UNIT_SERVICE, NULL, "", true, true,
	  "systemctl --user stop '$(reboot).service'" },
	{ USER "/app.slice/\033[2J.service", "\033[2J.service", UNIT_SERVICE, NULL, "", true, true, "" },
	{ USER "/app.slice/--now.service", "--now.service", UNIT_SERVICE, NULL, "", true, true, "" },
};

static const char *const silent[] = {
	"", "/", "//", "/user.slice", "/system.slice/user-1000.slice", "/load-3", "/../..", "nginx",
	  "/.service",
	"/docker", "/docker/0123", "/docker-0123.scop",
	  "/docker/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
	"/lxc.payload.", "/lxc",
};

static void assert_slice(struct slice got, const char *expected)
{
	assert_int_equal(got.len, strlen(expected));
	if (got.len)
		assert_memory_equal(got.ptr, expected, got.len);
}

static void reads_the_paths_of_today(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf stop = { 0 };
		struct cgroup c;

		print_message("%s\n", cases[i].path);
		assert_true(cgroup_parse(slice_of(cases[i].path), &c));
		assert_slice(c.unit, cases[i].unit);
		assert_int_equal(c.kind, cases[i].kind);
		assert_slice(c.container, cases[i].container);
		if (cases[i].engine)
			assert_string_equal(container_engine_name(c.engine), cases[i].engine);
		else
			assert_null(container_engine_name(c.engine));
		assert_int_equal(c.manager_uid, cases[i].is_user ? 1000 : UID_UNKNOWN);
		assert_int_equal(c.may_restart, cases[i].may_restart);
		assert_int_equal(cgroup_add_stop(&stop, &c), *cases[i].stop != 0);
		assert_string_equal(buf_string(&stop), cases[i].stop);
		buf_done(&stop);
	}
}

static void finds_the_pod(void **state)
{
	static const struct {
		const char *path, *engine, *container, *pod;
	} pods[] = {
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_ESCAPED ".slice"
		  "/cri-containerd-" ID ".scope", "containerd", ID, POD_ESCAPED },
		{ "/kubepods.slice/kubepods-pod" POD_ESCAPED ".slice/crio-" ID ".scope", "cri-o", ID,
		  POD_ESCAPED },
		{ "/kubepods/besteffort/pod" POD "/" ID, "containerd", ID, POD },
		{ "/kubepods/pod0123456789abcdef0123456789abcdef/" ID, "containerd", ID,
		  "0123456789abcdef0123456789abcdef" },
		{ "/system.slice/containerd.service/kubepods-pod" POD_ESCAPED ".slice:cri-containerd:" ID,
		  "containerd", ID,
		  POD_ESCAPED },
		{ "/docker/" ID "/kubelet/kubepods/pod" POD "/" OTHER_ID, "docker", ID, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pods / sizeof *pods; i++) {
		struct cgroup c;

		assert_true(cgroup_parse(slice_of(pods[i].path), &c));
		assert_string_equal(container_engine_name(c.engine), pods[i].engine);
		assert_slice(c.container, pods[i].container);
		assert_slice(c.pod, pods[i].pod);
	}
}

static void says_nothing_about_the_rest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
		struct cgroup c = { .kind = 77 };

		assert_false(cgroup_parse(slice_of(silent[i]), &c));
		assert_int_equal(c.kind, 77);
	}
	assert_false(cgroup_parse((struct slice){ 0 }, &(struct cgroup){ 0 }));
}

static void assert_within(struct slice part, struct slice whole)
{
	if (part.len)
		assert_true(part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

/* Whatever the path is cut to, what is borrowed lies within it. */
static void borrows_from_the_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t len = 0; len <= strlen(cases[i].path); len++) {
			struct slice path = { cases[i].path, len };
			struct cgroup c = { 0 };

			if (!cgroup_parse(path, &c))
				continue;
			assert_within(c.unit, path);
			assert_within(c.container, path);
			assert_within(c.pod, path);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_paths_of_today),
		cmocka_unit_test(finds_the_pod),
		cmocka_unit_test(says_nothing_about_the_rest),
		cmocka_unit_test(borrows_from_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
