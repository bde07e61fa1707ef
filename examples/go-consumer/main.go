// Command go-consumer carries out batches of importbus that travel through RabbitMQ: it needs no
// part of importbus but the protocol, docs/protocol.md. See the README beside this file.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const grace = 30 * time.Second // for calls that are in flight when the program is told to stop

// Exit codes, as those of importbus.
const (
	exitUsage       = 2
	exitUnavailable = 3
)

func main() {
	rand.Seed(time.Now().UnixNano())
	lanes := flag.String("lanes", "", "lanes to work on, such as structure,0-3 (default: all of IMPORTBUS_LANES)")
	gather := flag.Int("gather", 1, "batches of a lane that may share a request")
	linger := flag.Duration("linger", 200*time.Millisecond, "how long they wait for others")
	flag.StringVar(&mediaRoot, "media-root", os.Getenv("IMPORTBUS_MEDIA_ROOT"),
		"folder of the files that are too large for a message")
	flag.Parse()
	names, err := lanesOf(*lanes, setting("IMPORTBUS_LANES", "4"))
	quit(exitUsage, err)
	fleet, err := fleetOf(setting("IMPORTBUS_TRANSPORT", ""))
	quit(exitUsage, err)
	known := credentials{setting("IMPORTBUS_PIM_CLIENT_ID", ""), setting("IMPORTBUS_PIM_SECRET", ""),
		setting("IMPORTBUS_PIM_USERNAME", ""), setting("IMPORTBUS_PIM_PASSWORD", "")}
	pim := newPim(setting("IMPORTBUS_PIM_URL", "http://localhost:8080"), known)

	ctx, stop := context.WithCancel(context.Background())
	code := stopOnSignals(stop)
	events := &events{fleet: fleet, outbox: make(chan event, 1000)}
	events.heard = func(kind string, body []byte) {
		if until, ok := pausedUntil(body); ok && kind == "PimPaused" {
			pim.pauseUntil(until)
		}
	}
	pim.paused = func(until time.Time) {
		events.tell("PimPaused", map[string]any{"until": unix(until)})
	}
	go events.run(ctx)

	var workers sync.WaitGroup
	for _, name := range names {
		worker := &lane{fleet: fleet, name: name, pim: pim, events: events, gather: *gather,
			linger: *linger}
		workers.Add(1)
		go func() {
			defer workers.Done()
			if err := worker.run(ctx); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code <- exitUnavailable
				stop()
			}
		}()
	}
	log("works on %s of %s", strings.Join(names, ", "), fleet.name)
	workers.Wait()
	select {
	case found := <-code:
		os.Exit(found)
	default:
	}
}

// stopOnSignals stops the work at the first signal, and leaves at the second, or when the calls in
// flight take too long. Nothing is lost then: what was not acknowledged comes again.
func stopOnSignals(stop func()) chan int {
	code, signals := make(chan int, 100), make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		number := 128 + int((<-signals).(syscall.Signal))
		code <- number
		stop()
		select {
		case <-signals:
		case <-time.After(grace):
		}
		os.Exit(number)
	}()
	return code
}

// lanesOf reads lanes such as structure,0-3; all of a fleet where none are named.
func lanesOf(text, count string) ([]string, error) {
	if text == "" {
		number, err := strconv.Atoi(count)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("IMPORTBUS_LANES is %q, and a fleet has 1 lane or more", count)
		}
		text = fmt.Sprintf("structure,0-%d", number-1)
	}
	var names []string
	for _, part := range strings.Split(text, ",") {
		if part == "structure" {
			names = append(names, part)
			continue
		}
		first, last, is := strings.Cut(part, "-")
		if !is {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from < 0 || to < from {
			return nil, fmt.Errorf("%q is no lane; they are named like structure,0-3", part)
		}
		for number := from; number <= to; number++ {
			names = append(names, fmt.Sprintf("lane.%d", number))
		}
	}
	return names, nil
}

// fleetOf reads amqp://user:password@host/vhost?name=importbus; it never repeats the URL.
func fleetOf(text string) (fleet, error) {
	found, err := url.Parse(text)
	if err != nil || found.Scheme != "amqp" && found.Scheme != "amqps" {
		return fleet{}, fmt.Errorf("IMPORTBUS_TRANSPORT is no URL that begins with amqp:// or amqps://")
	}
	query := found.Query()
	name := query.Get("name")
	if name == "" {
		name = "importbus"
	}
	for _, ours := range []string{"name", "heartbeat", "connection_timeout", "delivery_limit"} {
		query.Del(ours) // the library knows the others: they name the certificates
	}
	found.RawQuery = query.Encode()
	return fleet{found.String(), name}, nil
}

// setting returns a variable of the environment, or what the file says that NAME_FILE names.
func setting(name, usual string) string {
	if path := os.Getenv(name + "_FILE"); path != "" {
		content, err := os.ReadFile(path)
		quit(exitUsage, err)
		return strings.TrimRight(string(content), "\r\n")
	}
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

func quit(code int, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(code)
	}
}

// log writes a line to standard error. Nothing that is logged holds a secret.
func log(format string, values ...any) {
	line := fmt.Sprintf(format, values...)
	fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format("15:04:05.000"), line)
}
