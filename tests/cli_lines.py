"""Docker lines that change nothing; ``{t}`` is the beginning of the test's names.

There are ``{t}-a`` (running, a label), ``{t}-b`` (created), ``{t}-c`` (running on ``{t}-net``,
published ports), ``{t}-p`` (paused) and the network ``{t}-net`` (a subnet, a label).
"""

HELP = """
--help
-h
(nothing)
network
network -h
network --help
network connect -h
network connect --help
help network
help network connect
help nosuch
network help
network nosuch
network nosuch --help
nosuch
nosuch --help
--nosuch
network --nosuch
network -x
network --help nosuch
network ls -h
ps -ah
ps -h
exec -h
images -h
run --help
create --help
exec --help
rm --help
stop -h
start -h
restart -h
kill -h
pause -h
unpause -h
rename -h
inspect -h
logs -h
port -h
top -h
wait -h
diff -h
version -h
info -h
network create -h
network disconnect -h
network inspect -h
network rm -h
network prune -h
"""

MISTAKES = """
run
run -x xmtubuntu
run -it -x xmtubuntu
run --foo xmtubuntu
run --name
run -e
run -h
run ---x
run --=a
run --init=maybe xmtubuntu
run --stop-timeout x xmtubuntu
run --memory foo xmtubuntu
run --add-host x xmtubuntu
run --add-host h:x xmtubuntu
run --link a:b:c xmtubuntu
run --link "" xmtubuntu
run -e =x xmtubuntu
run -l =x xmtubuntu
run --dns 1.2 xmtubuntu
run --dns-search "a b" xmtubuntu
run --sysctl foo xmtubuntu
run --cpus x xmtubuntu
run --network name=foo,bar=x xmtubuntu
run --network "" xmtubuntu
run --network a --network a xmtubuntu
run --network {t}-net --network bridge xmtubuntu
run --network bridge --network-alias q xmtubuntu
run --network name=foo,alias=x --network-alias y xmtubuntu
run --mac-address zz xmtubuntu
run --rm --restart always xmtubuntu
run --restart on-failure:x xmtubuntu
run --restart on-failure:1:2 xmtubuntu
run -p x xmtubuntu
run -p 99999:80 xmtubuntu
run -p 8080: xmtubuntu
run -p "" xmtubuntu
run -p 1.2.3:80:80 xmtubuntu
run -p 80/foo xmtubuntu
run -p 81-80 xmtubuntu
run -p 8000-8002:80-81 xmtubuntu
run -p a:80 xmtubuntu
run -p 1:2:3:4 xmtubuntu
run --expose foo xmtubuntu
run --expose 80:80 xmtubuntu
run --pid foo xmtubuntu
run --uts foo xmtubuntu
run --userns foo xmtubuntu
run UPPER
run xmtubuntu:nosuch:tag
run "xm ubuntu"
run ""
run --name {t}-a xmtubuntu
run --name a/b xmtubuntu
run --name x xmtubuntu
run --pull never --name {t}-z nosuchimage
run --rm --memory 1m xmtubuntu true
run --rm --cap-add FOO xmtubuntu true
run --rm --link nosuch xmtubuntu true
run --rm --net container:{t}-a -p 80:80 xmtubuntu true
run --rm -v foo:bar xmtubuntu true
create -d xmtubuntu
create
create --name {t}-a xmtubuntu
create --name a/b xmtubuntu
create --network bridge --network-alias q xmtubuntu
create --mac-address zz xmtubuntu
exec
exec {t}-a
exec -e {t}-a
exec nosuch ls
exec {t}-b ls
exec {t}-p ls
exec -z {t}-a ls
rm
rm -fz
rm nosuch
rm nosuch nosuch2
rm -f nosuch
rm {t}-a
rm {t}-a nosuch
rm -f ""
stop
stop nosuch
stop nosuch nosuch2
stop -t x {t}-b
stop -t1x {t}-b
stop -t=1x {t}-b
stop --time 1 nosuch
start
start nosuch
start nosuch nosuch2
restart nosuch
restart -t x nosuch
kill
kill nosuch
kill {t}-b
kill nosuch {t}-b
kill -s FOO {t}-a
kill -z
pause nosuch
pause {t}-b
pause {t}-p
unpause {t}-a
unpause nosuch
rename a
rename nosuch x
rename {t}-a {t}-b
rename {t}-a b/c
rename {t}-a {t}-a
rename {t}-a ""
inspect
inspect nosuch
inspect {t}-a nosuch --format "{{{{.Name}}}}"
inspect --format "{{{{.Foo}}}}" {t}-a
inspect --format "{{{{.State.Foo}}}}" {t}-a
inspect --format "{{{{.Foo" {t}-a
inspect --format "{{{{foo .Name}}}}" {t}-a
inspect --format "{{{{range .Args}}}}" {t}-a
inspect --type network {t}-a
inspect --type container nosuch
inspect --type image nosuch
inspect --type foo nosuch
logs
logs nosuch
logs --since 1x {t}-a
logs -n
port
port nosuch
port {t}-c 80/udp
port {t}-c 99
port {t}-c foo
top
top nosuch
top {t}-b
top {t}-a foo
wait
wait nosuch
diff nosuch
ps x
ps --foo
ps -x
ps -xa
ps --all=maybe
ps -f x
ps -f foo=bar
ps -f status=foo
ps -n x
ps --format
ps --format "{{{{.Foo}}}}"
ps --format "table {{{{.Foo}}}}"
ps --format "{{{{.ID}}}} {{{{.Foo}}}}"
ps --format "{{{{.Names"
images a b
images -z
images -f foo=bar
images --format "{{{{.Foo}}}}"
images --format "{{{{.ID"
network rm
network rm nosuch
network rm nosuch bridge
network rm bridge
network rm {t}-net
network inspect
network inspect nosuch
network inspect nosuch {t}-net -f "{{{{.Name}}}}"
network inspect {t}-net -f "{{{{.Nosuch}}}}"
network connect a
network connect nosuch {t}-a
network connect {t}-net nosuch
network connect bridge {t}-a
network connect host {t}-a
network connect --link a:b:c {t}-net {t}-a
network disconnect nosuch {t}-a
network disconnect {t}-net {t}-a
network disconnect {t}-net nosuch
network disconnect a
network create
network create bridge
network create {t}-net
network create --label
network create --subnet 10.0.0.0 {t}-n2
network create --subnet 10.0.0.0 --gateway 10.0.0.1 {t}-n2
network create --gateway 10.2.0.1 {t}-n2
network create --subnet 10.77.4.0/24 --gateway 10.2.0.1 {t}-n2
network create --subnet 10.77.4.0/24 --gateway x {t}-n2
network create --subnet 10.77.4.0/24 --subnet 10.77.4.0/25 {t}-n2
network create --subnet 10.77.4.0/24 --ip-range 10.0.0.0/8 {t}-n2
network create --subnet 10.77.4.0/24 --ip-range x {t}-n2
network create --subnet 10.77.5.0/24 --aux-address x=10.3.3.3 {t}-n2
network create --subnet 10.77.5.0/24 --subnet 10.77.6.0/24 --gateway 10.77.5.1 --gateway 10.77.5.2 {t}-n2
network create --subnet 10.77.5.0/24 --subnet 10.77.6.0/24 --ip-range 10.77.5.0/25 --ip-range 10.77.5.0/26 {t}-n2
network create --label =x {t}-n2
network ls foo
network ls -f foo=bar
network ls --format "{{{{.Foo}}}}"
network ls --format "{{{{.Name"
network ls -h --foo
version x
info x
"""  # noqa: E501

READS = """
ps
ps -a
ps -aq
ps -q --no-trunc
ps -a --no-trunc
ps -l
ps -n 2
ps -s
ps -f name={t}-c
ps -af status=paused -f name={t}
ps --filter name=nosuch
ps --format "{{{{.ID}}}} {{{{.Image}}}} {{{{.Command}}}} {{{{.CreatedAt}}}} {{{{.RunningFor}}}}"
ps -a --format "{{{{.Ports}}}} {{{{.State}}}} {{{{.Status}}}} {{{{.Names}}}} {{{{.Mounts}}}}"
ps --format "{{{{.Networks}}}} {{{{.LocalVolumes}}}} {{{{.Label \\"t\\"}}}}|{{{{.Names}}}}"
ps --format "table {{{{.Names}}}}\\t{{{{.Status}}}}\\t{{{{.Ports}}}}"
ps --format "table {{{{.Names}}}} {{{{.Image}}}}"
ps --format "table {{{{.ID}}}}\\t{{{{.Label \\"a.my-label\\"}}}}\\t{{{{.Size}}}}"
ps --format "table {{{{upper .Names}}}}\\t{{{{json .Names}}}}"
ps --format "{{{{upper .Names}}}} {{{{.Names | lower}}}} {{{{len .Names}}}}"
ps --format "{{{{if eq .State \\"running\\"}}}}up{{{{else}}}}down{{{{end}}}} {{{{.Names}}}}"
ps --format raw
ps -q --format raw
ps --format table
ps -q --format "{{{{.Names}}}}"
ps --format json
ps --format '{{{{.Names}}}}\\n{{{{.ID}}}}'
ps --format "{{{{json .}}}}"
ps --format "{{{{.Labels}}}}"
images
images -q
images -a
images --no-trunc
images --digests
images xmtubuntu
images nosuch
images -f dangling=true
images -f reference=xmtubuntu
images --format "{{{{.Repository}}}} {{{{.Tag}}}} {{{{.ID}}}} {{{{.CreatedSince}}}} {{{{.Size}}}}"
images --format "{{{{.CreatedAt}}}} {{{{.Digest}}}} {{{{.SharedSize}}}} {{{{.VirtualSize}}}}"
images --format "table {{{{.ID}}}}\\t{{{{.Repository}}}}\\t{{{{.Size}}}}"
images --format "{{{{json .}}}}"
images --format json
images --format raw
network ls
network list
network ls -q
network ls --no-trunc
network ls -f name={t}
network ls -f driver=foo
network ls --format "{{{{.ID}}}}: {{{{.Name}}}} {{{{.Driver}}}} {{{{.Scope}}}} {{{{.Internal}}}}"
network ls --format "{{{{.IPv6}}}} {{{{.Labels}}}} {{{{.CreatedAt}}}} {{{{.Label \\"x\\"}}}}"
network ls --format "table {{{{.Name}}}}\\t{{{{.Driver}}}}"
network ls --format "{{{{json .}}}}"
network ls --format json
network ls --format raw
network ls -q --format "{{{{.Name}}}}"
network inspect {t}-net
network inspect bridge host none
network inspect {t}-net -f "{{{{.IPAM}}}}"
network inspect {t}-net --format json
network inspect -f "{{{{json .IPAM}}}} {{{{.Options}}}} {{{{.Labels}}}} {{{{.Internal}}}}" {t}-net
network inspect -f "{{{{range .Containers}}}}{{{{.Name}}}} {{{{.IPv4Address}}}}{{{{end}}}}" {t}-net
network inspect -f "{{{{(index .IPAM.Config 0).Subnet}}}}" {t}-net
network inspect -f "{{{{.Containers}}}}" {t}-net
network inspect -f "{{{{len .Containers}}}} {{{{.Id}}}}" {t}-net
inspect {t}-a
inspect {t}-a {t}-b
inspect xmtubuntu
inspect {t}-net
inspect --type image xmtubuntu
inspect --type container {t}-c
inspect -f json {t}-b
inspect -f "{{{{.Config.Labels}}}}" {t}-b
inspect -f "{{{{.State}}}}" {t}-b
inspect -f "{{{{.NetworkSettings.Networks.bridge.IPAddress}}}}" {t}-a
inspect -f "{{{{range .NetworkSettings.Networks}}}}{{{{.IPAddress}}}}{{{{end}}}}" {t}-a {t}-c
inspect -f "{{{{json .NetworkSettings.Networks}}}}" {t}-c
inspect -f "{{{{.HostConfig.PortBindings}}}} {{{{.NetworkSettings.Ports}}}}" {t}-c
inspect -f "{{{{.Config.Cmd}}}} {{{{.Args}}}} {{{{.Path}}}} {{{{.Created}}}} {{{{.State.Running}}}}" {t}-c
inspect -f "{{{{.Config.Entrypoint}}}} {{{{.Config.Volumes}}}} {{{{.HostConfig.Links}}}}" {t}-a
inspect -f "{{{{len .Args}}}} {{{{index .Args 0}}}} {{{{join .Args \\",\\"}}}} {{{{upper .Name}}}}" {t}-a
inspect -f "{{{{title \\"ab\\"}}}} {{{{split .Name \\"-\\"}}}} {{{{lower \\"AB\\"}}}}" {t}-a
inspect -f "{{{{if .State.Running}}}}yes{{{{else}}}}no{{{{end}}}} {{{{eq .State.Status \\"x\\"}}}}" {t}-b
inspect -f "{{{{with .Config}}}}{{{{.Image}}}}{{{{end}}}} {{{{not .State.Running}}}}" {t}-a
inspect -f "{{{{println .Name}}}}{{{{printf \\"%q %d %-10s|\\" .Name .State.ExitCode .Name}}}}" {t}-a
inspect -f "{{{{.NetworkSettings.Networks.nosuch.IPAddress}}}}" {t}-a
inspect -f '{{{{range $k, $v := .NetworkSettings.Networks}}}}{{{{$k}}}}={{{{$v.IPAddress}}}} {{{{end}}}}' {t}-c
inspect -f '{{{{index .Config.Labels "t"}}}} {{{{json .State}}}}' {t}-a
port {t}-b
port {t}-c
port {t}-c 80
port {t}-c 81/udp
top {t}-a
top {t}-a -o pid,comm
logs {t}-a
logs --tail 5 -t {t}-b
logs -n 1 {t}-b
diff {t}-b
exec {t}-a sh -c "exit 3"
exec {t}-a sh -c "echo out; sleep 0.2; echo err >&2; exit 4"
exec {t}-a nosuchcmd
exec -u nosuch {t}-a ls
exec -w /nosuch {t}-a ls
exec -w relative {t}-a ls
exec -e A=b -w /tmp {t}-a sh -c 'echo $A; pwd'
exec {t}-a ls -dt /etc/hosts
exec {t}-a cat /etc/hosts
exec -d {t}-a true
version -f "{{{{.Server.Version}}}} {{{{.Server.Os}}}}"
info -f "{{{{.ServerVersion}}}} {{{{.Driver}}}} {{{{.NCPU}}}}"
run --rm xmtubuntu sh -c "exit 3"
run --rm xmtubuntu sh -c "echo out; sleep 0.2; echo err >&2"
run --rm --entrypoint ls xmtubuntu -d /
run --rm -e A=b -e NOPE xmtubuntu sh -c 'echo $A'
run --rm -h x --domainname y xmtubuntu hostname
run --rm --add-host x:1.2.3.4 xmtubuntu grep 1.2.3.4 /etc/hosts
run --rm -t xmtubuntu echo hello
"""  # noqa: E501

CHANGES = """
run --rm xmtubuntu nosuchcmd
run --rm xmtubuntu /etc
run --rm --name {t}-1 -d xmtubuntu nosuchcmd
run --rm --network nosuch xmtubuntu sleep 0
run --rm --network {t}-net --ip 10.1.1.1 xmtubuntu sleep 0
run --rm --network {t}-net --ip 1.2.3 xmtubuntu sleep 0
run --rm --ip 172.17.0.9 xmtubuntu sleep 0
run --rm --network bridge --ip 172.17.0.9 xmtubuntu sleep 0
run --rm --name {t}-1 --link {t}-b xmtubuntu sleep 0
run --rm --net host --link {t}-a xmtubuntu sleep 0
run --rm --net host -p 80:80 xmtubuntu sleep 0
run --rm --net container:{t}-b xmtubuntu sleep 0
run --rm --net container:nosuch xmtubuntu sleep 0
run --rm --name {t}-1 -p 127.0.0.1:{port}:81 xmtubuntu sleep 0
run --rm --network-alias a xmtubuntu sleep 0
create --name {t}-1 --stop-timeout 1 -P xmtubuntu sleep 1000
start {t}-1
start {t}-1
rename {t}-1 {t}-2
stop -t 1 {t}-2
stop {t}-2
restart {t}-2
pause {t}-2
unpause {t}-2
kill {t}-2
wait {t}-2
start -a {t}-b nosuch
exec -it {t}-2 ls
inspect -f "{{{{.State.ExitCode}}}} {{{{.HostConfig.RestartPolicy.Name}}}}" {t}-2
network create {t}-n1
network create --driver bridge --label a=b --internal {t}-n2
network connect {t}-n1 {t}-2
network connect --alias x --alias y {t}-n2 {t}-2
network connect {t}-n2 {t}-2
network disconnect -f {t}-n2 {t}-2
network rm {t}-n2
rm {t}-2
rm {t}-2
network rm {t}-n1 nosuch
run -d --name {t}-1 --stop-timeout 1 -p 7000-7002:7000-7002 -p 127.0.0.1:7100-7101:80-81 -p 7200:90 xmtubuntu sleep 1000
ps -f name={t}-1 --format "{{{{.Ports}}}}"
port {t}-1
rm -fv {t}-1 nosuch
"""  # noqa: E501


def lines(text, **names):
    """Give the lines of a text, names put in."""
    return [line.format(**names) for line in text.strip().splitlines()]


CREATES = """
-it -P
-i
-t
--rm
-h hn --domainname dn -e A=b -e NOPE -l x=y -l z --expose 90 --expose 5-6/udp
--dns 1.1.1.1 --dns-search s --dns-option o --add-host h:1.2.3.4 --add-host g:host-gateway
--cap-add NET_ADMIN --cap-add all --cap-drop MKNOD --privileged --init --init=false
--restart on-failure:3 --stop-signal TERM --stop-timeout 4 -u 1:1 -w /tmp --read-only
--pid host --ipc host --uts host --userns host --cgroupns host
--sysctl net.ipv4.ip_forward=1 --tmpfs /x:rw --tmpfs /y -v /tmp:/b:ro -v /e
--memory 64m --cpus 0.5 --group-add g --security-opt seccomp=unconfined --shm-size 1m
--pids-limit 5 --cpu-shares 3
-p 127.0.0.1:8000-8001:80-81 -p 90 -p 1.2.3.4::91 -p 8000-8002:92 -p 9000:93/udp
--link {t}-a:b
--link {t}-a --link {t}-c:c
--network {t}-net --link {t}-a:b --network-alias z --ip {subnet}9 --mac-address 02:42:0a:00:00:05
--network {t}-net --net-alias x --net-alias y
--net name={t}-net,alias=q,ip={subnet}8
--network bridge
--network host
--network none
--network container:{t}-a
--pid container:{t}-a
--mac-address 02:42:0a:00:00:06
--entrypoint ls
--entrypoint ""
"""
