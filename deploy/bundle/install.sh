#!/bin/sh
# Installs the folder that it stands in. Needs no network. Nothing is started: the last lines say how.
set -eu

usage() {
  cat <<'TEXT'
用法:./install.sh [--into <目录>] [--no-service]
  --into <目录>   安装到哪里,默认 /opt/credit-graph
  --no-service    只放置文件,不建用户,不装 systemd 服务
已有的版本保留在 <目录>/versions 中:退回时把 <目录>/current 指回去即可。
TEXT
}

into=/opt/credit-graph
service=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --into) into=${2:?"--into 之后应为目录"}; shift 2 ;;
    --no-service) service=no; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
  esac
done

fail() { echo "$1" >&2; exit 1; }

here=$(dirname -- "$(readlink -f -- "$0")")
version=$(cat "$here/VERSION")
arch=$(cat "$here/ARCH")
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) machine=x64 ;;
  Linux-aarch64) machine=arm64 ;;
  *) machine="$(uname -s)-$(uname -m)" ;;
esac
[ "$machine" = "$arch" ] || fail "此安装包用于 linux-$arch,本机为 $machine。"
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) || fail "安装包不完整或已被改动:与 SHA256SUMS 不符。"

into=$(mkdir -p "$into" && cd "$into" && pwd)
case "$into" in *[!A-Za-z0-9._/-]*) fail "安装目录的路径只能含字母、数字和 . _ / -:$into" ;; esac
mkdir -p "$into/versions"
place="$into/versions/$version"
if [ -e "$place" ]; then
  cmp -s "$here/SHA256SUMS" "$place/SHA256SUMS" || fail "$place 已有内容不同的同名版本。"
else
  # Whole or not there.
  draft="$place.unfinished"
  rm -rf "$draft"
  cp -R -P -p "$here" "$draft"
  [ "$(id -u)" -ne 0 ] || chown -R 0:0 "$draft"
  chmod -R u+rwX,go+rX,go-w "$draft"
  mv "$draft" "$place"
fi
ln -sfn "versions/$version" "$into/current.new"
mv -T "$into/current.new" "$into/current"
echo "已安装 $version:$place"

if [ "$service" = no ]; then
  echo "启动:$into/current/bin/credit-graph start"
  exit 0
fi
[ "$(id -u)" -eq 0 ] || fail "安装服务须以 root 运行;或加 --no-service。"
[ -d /run/systemd/system ] || fail "本机不由 systemd 管理;请加 --no-service,自行安排启动。"

getent passwd credit-graph >/dev/null ||
  useradd --system --user-group --home-dir /var/lib/credit-graph --shell /usr/sbin/nologin credit-graph
mkdir -p /etc/credit-graph
if [ ! -e /etc/credit-graph/environment ]; then
  cp "$here/app/deploy/bundle/environment.example" /etc/credit-graph/environment
  chown root:credit-graph /etc/credit-graph/environment
  chmod 640 /etc/credit-graph/environment
fi
for unit in credit-graph.service credit-graph-department@.service; do
  sed "s|/opt/credit-graph|$into|g" "$here/app/deploy/bundle/$unit" >"/etc/systemd/system/$unit"
done
systemctl daemon-reload
cat <<TEXT
设置在 /etc/credit-graph/environment。启动网关(以及未另行部署的各部门):
  systemctl enable --now credit-graph
单独运行一个部门,例如税务:
  systemctl enable --now credit-graph-department@tax
TEXT
