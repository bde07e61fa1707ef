#!/bin/sh
# Installs the RabbitMQ that the tests start for themselves, where that is possible.
# No broker is left running or enabled as a service: each run of the tests has its own.
set -eu

[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "There is no RabbitMQ here, and tests that need one are left out (with CI set they fail)." >&2
	echo "On Debian and Ubuntu: sudo apt install rabbitmq-server && sudo systemctl disable --now rabbitmq-server" >&2
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
if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server >/dev/null; then
	echo "RabbitMQ cannot be installed; tests that need it are left out (with CI set they fail)." >&2
	exit 0
fi
if command -v systemctl >/dev/null; then
	systemctl disable --now rabbitmq-server epmd.socket epmd.service >/dev/null 2>&1 || true
fi
