#!/bin/sh
# Installs the programs that tests start for themselves, where that is possible: a RabbitMQ, a Go
# compiler with the library for RabbitMQ, and a browser.
# No broker is left running or enabled as a service: each run of the tests has its own.
set -eu

missing=
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing="$missing rabbitmq-server"
command -v go >/dev/null || missing="$missing golang-go"
[ -d /usr/share/gocode/src/github.com/rabbitmq/amqp091-go ] \
	|| missing="$missing golang-github-rabbitmq-amqp091-go-dev"
command -v chromium >/dev/null || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "Tests that need one of these are left out (with CI set they fail):$missing." >&2
	echo "On Debian and Ubuntu: sudo apt install$missing" >&2
	case $missing in *rabbitmq*)
		echo "and then: sudo systemctl disable --now rabbitmq-server" >&2 ;;
	esac
	exit 0
fi

# Debian's way to say that what is installed must not be started: invoke-rc.d asks this program.
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
	trap 'rm -f "$guard"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$guard"
	chmod 755 "$guard"
fi

apt-get update -qq || true # what is known already may do
for package in $missing; do # one by one: where one is not to be had, the others still come
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null \
		|| echo "$package cannot be installed; tests that need it are left out (with CI set they fail)." >&2
done
if command -v systemctl >/dev/null; then
	systemctl disable --now rabbitmq-server epmd.socket epmd.service >/dev/null 2>&1 || true
fi
