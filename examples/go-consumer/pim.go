package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	jsonType   = "application/json"
	linesType  = "application/vnd.akeneo.collection+json"
	tokenEarly = 30 * time.Second  // before its end a token is not used any more
	timeout    = 120 * time.Second // of one call
	atOnce     = 4                 // calls in flight: the PIM takes so many of one connection
)

// errRefused says that nothing can go on: wrong credentials, a right that lacks, another address.
type errRefused struct{ why string }

func (e errRefused) Error() string { return e.why }

// errUnavailable says that a whole call failed and may be tried again.
type errUnavailable struct {
	why     string
	running bool // its answer was lost: the PIM may still be at it
}

func (e errUnavailable) Error() string { return e.why }

// credentials are how the PIM knows this program; none of them is ever shown.
type credentials struct{ client, secret, user, password string }

// pim is the API of an Akeneo PIM, shared by all lanes.
type pim struct {
	url    string
	known  credentials
	client *http.Client
	slots  chan struct{}
	paused func(until time.Time) // tells other processes of a pause

	mu      sync.Mutex // guards what follows
	until   time.Time  // nobody calls before
	slowest time.Duration
	next    map[string]time.Time // when a path of a limited rate may be called again

	login   sync.Mutex // one login or refresh at a time
	access  string
	refresh string
	expires time.Time
}

func newPim(url string, known credentials) *pim {
	return &pim{
		url: strings.TrimRight(url, "/"), known: known,
		client: &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a token must not follow to another place
		}},
		slots:  make(chan struct{}, atOnce),
		paused: func(time.Time) {},
		next:   map[string]time.Time{},
	}
}

// response is what the PIM answered to a call.
type response struct {
	status int
	kind   string // the content type, without parameters
	header http.Header
	body   []byte
}

// call makes a call, with a valid token, when the PIM lets us: 401 is answered by one refresh for
// all lanes, 429 by a pause of all of them. What comes back is an answer to what was sent.
func (p *pim) call(ctx context.Context, method, path, kind string, body []byte) (response, error) {
	refused := ""
	for {
		if err := p.waitForPause(ctx); err != nil {
			return response{}, err
		}
		token, err := p.token(ctx, refused)
		if err != nil {
			return response{}, err
		}
		found, err := p.once(ctx, method, path, kind, "Bearer "+token, body)
		switch {
		case err != nil:
			return found, err
		case found.status == http.StatusUnauthorized && refused == "":
			refused = token
		case found.status == http.StatusUnauthorized:
			return found, errRefused{"The PIM takes no token of this user, not even a new one."}
		case found.status == http.StatusTooManyRequests:
			p.pause(retryAfter(found.header.Get("Retry-After")))
		case found.status >= 300 && found.status < 400:
			return found, errRefused{fmt.Sprintf("%s %s is redirected (HTTP %d): correct the address of "+
				"the PIM.", method, path, found.status)}
		case found.status == http.StatusRequestTimeout || found.status >= 500:
			lost := found.status == http.StatusBadGateway || found.status == http.StatusGatewayTimeout
			return found, errUnavailable{fmt.Sprintf("%s %s was answered HTTP %d", method, path,
				found.status), lost}
		default:
			return found, nil
		}
	}
}

// once makes one call in a free slot.
func (p *pim) once(ctx context.Context, method, path, kind, auth string, body []byte) (response, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return response{}, ctx.Err()
	}
	// A call that has begun is not broken off when the program is told to stop: it has a timeout.
	request, err := http.NewRequest(method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return response{}, errRefused{"The address of the PIM cannot be used."}
	}
	request.Header.Set("Authorization", auth)
	request.Header.Set("Accept", "application/json, */*")
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	began := time.Now()
	answered, err := p.client.Do(request)
	if err != nil {
		return response{}, errUnavailable{method + " " + path + ": " + plain(err), true}
	}
	defer answered.Body.Close()
	content, err := io.ReadAll(answered.Body)
	if err != nil && len(content) == 0 { // a broken stream of lines answers those that it has
		return response{}, errUnavailable{method + " " + path + ": " + plain(err), true}
	}
	p.took(time.Since(began))
	contentType, _, _ := strings.Cut(answered.Header.Get("Content-Type"), ";")
	return response{answered.StatusCode, strings.TrimSpace(contentType), answered.Header, content}, nil
}

// plain returns an error of the network without the address, which may hold a password.
func plain(err error) string {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err.Error()
}

// answers tells whether the PIM answers a cheap call.
func (p *pim) answers(ctx context.Context) bool {
	found, err := p.once(ctx, http.MethodGet, "/api/rest/v1", "", "none", nil)
	return err == nil && found.status < 500
}

// token returns a token other than the one that was refused; it logs in where there is none.
func (p *pim) token(ctx context.Context, refused string) (string, error) {
	p.login.Lock()
	defer p.login.Unlock()
	if p.access != "" && p.access != refused && time.Now().Before(p.expires) {
		return p.access, nil
	}
	if p.refresh != "" {
		form := map[string]string{"grant_type": "refresh_token", "refresh_token": p.refresh}
		if found, err := p.ask(ctx, form); err != nil || found {
			return p.access, err
		}
	}
	form := map[string]string{"grant_type": "password", "username": p.known.user,
		"password": p.known.password}
	found, err := p.ask(ctx, form)
	if err == nil && !found {
		err = errRefused{"The PIM refuses the login: look at client id, secret, user and password."}
	}
	return p.access, err
}

// ask asks for a token; false when the PIM refuses what the form says.
func (p *pim) ask(ctx context.Context, form map[string]string) (bool, error) {
	basic := base64.StdEncoding.EncodeToString([]byte(p.known.client + ":" + p.known.secret))
	found, err := p.once(ctx, http.MethodPost, "/api/oauth/v1/token", jsonType, "Basic "+basic,
		toJSON(form))
	if err != nil {
		return false, err
	}
	switch status := found.status; {
	case status == http.StatusOK:
	case status == 400 || status == 401 || status == 403 || status == 413 || status == 422:
		return false, nil
	case status >= 300 && status < 400 || status == 404 || status == 405:
		return false, errRefused{fmt.Sprintf("There is no PIM at this address: the login is answered "+
			"HTTP %d.", status)}
	default:
		return false, errUnavailable{fmt.Sprintf("the login was answered HTTP %d", found.status), false}
	}
	var got struct {
		Access  string  `json:"access_token"`
		Refresh string  `json:"refresh_token"`
		Seconds float64 `json:"expires_in"`
	}
	if json.Unmarshal(found.body, &got) != nil || got.Access == "" {
		return false, errUnavailable{"the login was answered with no token", false}
	}
	if got.Seconds == 0 {
		got.Seconds = 3600
	}
	p.access, p.refresh = got.Access, got.Refresh
	p.expires = time.Now().Add(time.Duration(got.Seconds*float64(time.Second)) - tokenEarly)
	return true, nil
}

// pause lets all lanes wait, and the other processes, too.
func (p *pim) pause(length time.Duration) {
	until := time.Now().Add(length)
	p.pauseUntil(until)
	p.paused(until)
}

// pauseUntil lets all lanes of this process wait; called also when another process says so.
func (p *pim) pauseUntil(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

func (p *pim) waitForPause(ctx context.Context) error {
	for {
		p.mu.Lock()
		left := time.Until(p.until)
		p.mu.Unlock()
		if left <= 0 {
			return nil
		}
		if err := sleep(ctx, left); err != nil {
			return err
		}
	}
}

// waitForTurn keeps calls of one path below a rate; the PIM counts attribute options so.
func (p *pim) waitForTurn(ctx context.Context, class string, perSecond float64) error {
	if perSecond == 0 {
		return nil
	}
	p.mu.Lock()
	turn := p.next[class]
	if now := time.Now(); turn.Before(now) {
		turn = now
	}
	p.next[class] = turn.Add(time.Duration(float64(time.Second) / perSecond))
	p.mu.Unlock()
	return sleep(ctx, time.Until(turn))
}

func (p *pim) took(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if length > p.slowest {
		p.slowest = length
	}
}

// quiet returns how long a call whose answer was lost may still be running at the PIM.
func (p *pim) quiet() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slowest == 0 {
		return usualQuiet
	}
	return 2 * p.slowest
}

// retryAfter reads the header of that name: whole seconds, a date, or nothing.
func retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && time.Until(at) > 0 {
		return time.Until(at)
	}
	return time.Second
}

// backoff returns a random wait that grows with the failures in a row, up to 30 s.
func backoff(failures int) time.Duration {
	most := 0.5 * float64(int(1)<<uint(min(failures, 6)))
	return time.Duration(rand.Float64() * most * float64(time.Second))
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

// sleep waits, unless the program is told to stop.
func sleep(ctx context.Context, length time.Duration) error {
	if length <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
