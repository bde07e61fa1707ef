package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

const longest = 5000 // letters of a message that are kept

// said is what the PIM said of one item: its HTTP status and the reasons.
type said struct {
	status  int
	reasons []reason
	listed  bool // the reasons came as a list of violations; else as one sentence
}

// rawAnswer is an object of the PIM that answers an item or a call.
type rawAnswer struct {
	Line    int             `json:"line"`
	Code    json.RawMessage `json:"code"`
	Status  int             `json:"status_code"`
	Message string          `json:"message"`
	Errors  []reason        `json:"errors"`
}

var namedProperty = regexp.MustCompile(`^Property "([^"]+)"`)

func (r rawAnswer) said() *said {
	status := r.Status
	if status == 0 { // early builds of version 7 say code
		_ = json.Unmarshal(r.Code, &status)
	}
	if status < 200 || status > 599 {
		return nil
	}
	if len(r.Errors) > 0 {
		for place := range r.Errors {
			r.Errors[place].Message = short(r.Errors[place].Message)
		}
		return &said{status, r.Errors, true}
	}
	one := reason{Message: short(r.Message)}
	if one.Message == "" {
		one.Message = fmt.Sprintf("HTTP %d without a message", status)
	}
	if found := namedProperty.FindStringSubmatch(one.Message); found != nil {
		one.Property = found[1]
	}
	return &said{status: status, reasons: []reason{one}}
}

// short keeps a message readable: the PIM repeats what it was given, however long.
func short(message string) string {
	if letters := []rune(message); len(letters) > longest {
		return string(letters[:longest])
	}
	return message
}

// readLines returns the answers to count lines by their line number, never by their code: early
// failures have none. What has no answer stays nil.
func readLines(body []byte, count int) []*said {
	found := make([]*said, count)
	for _, line := range strings.Split(string(body), "\n") {
		var raw rawAnswer
		if json.Unmarshal([]byte(line), &raw) != nil {
			continue
		}
		if raw.Line >= 1 && raw.Line <= count && found[raw.Line-1] == nil {
			found[raw.Line-1] = raw.said()
		}
	}
	return found
}

// readArray returns the answers to items, which an array has in the same order. An answer that
// names another code is none: nobody knows what it is about.
func readArray(body []byte, codes []string) []*said {
	found := make([]*said, len(codes))
	var answers []rawAnswer
	if json.Unmarshal(body, &answers) != nil {
		return found
	}
	for place, raw := range answers {
		if place == len(codes) {
			break
		}
		var code string
		_ = json.Unmarshal(raw.Code, &code)
		if code == "" || strings.EqualFold(code, codes[place]) {
			found[place] = raw.said()
		}
	}
	return found
}

// readRefusal returns what a call of its own said of its one item.
func readRefusal(status int, body []byte) *said {
	var raw rawAnswer
	_ = json.Unmarshal(body, &raw)
	raw.Status = status
	return raw.said()
}

// Words of refusals. Status, property and shape decide where they can; words differ between
// versions of the PIM. docs/answers.md has the table that importbus itself goes by.
var (
	missing = regexp.MustCompile(`(?i)(do|does|did)(n['’]t| not) exist|not exist|must exist` +
		`|not found|unknown|expects an existing|not activated|not bound|not an attribute of` +
		`|option list|expects a valid [a-z ]*(code|identifier)\b`)
	never = regexp.MustCompile(`(?i)cannot be (changed|modified|empty)|link type|pathname|too long` +
		`|letters, numbers|expects (an? (array|object|list|string|boolean|scalar|integer|number` +
		`|numeric)\b)|(should not be|must not be|cannot be) (blank|empty)`)
	noProperty = regexp.MustCompile(`(?i)^Property "" does not exist`)
	quoted     = regexp.MustCompile(`"[^"]*"`)
	camel      = regexp.MustCompile(`([a-z])([A-Z])`)
)

// outcomeOf returns what became of an item; nil when it is to be sent again.
func outcomeOf(known resource, one *item, s *said) *result {
	switch {
	case s == nil || s.status == 408 || s.status == 429 || s.status >= 500:
		return nil
	case s.status == 201:
		return &result{Outcome: "created", Status: 201}
	case s.status < 300:
		return &result{Outcome: "updated", Status: s.status}
	}
	found := &result{Outcome: "failed", Status: s.status, Errors: s.reasons}
	if wants := wantsOf(known, one, s); len(wants) > 0 {
		found.Outcome, found.Wants = "parked", wants
	}
	return found
}

// wantsOf returns what a refused item waits for; nothing when one of the reasons cannot be cured
// by what is still to come.
func wantsOf(known resource, one *item, s *said) []string {
	var wants []string
	for _, why := range s.reasons {
		found := wantsOfReason(known, one, s, why)
		if len(found) == 0 {
			return nil
		}
		wants = append(wants, found...)
	}
	return distinct(wants)
}

func wantsOfReason(known resource, one *item, s *said, why reason) []string {
	words := quoted.ReplaceAllString(why.Message, `""`)
	parents := known.named(one.Data, known.parents()...)
	switch {
	case s.status == 404 && known.form == upload:
		return append(parents, one.identity)
	case s.status == 404:
		return parents // what stands in the path is missing
	case s.status != 422 || never.MatchString(words) || !s.listed && noProperty.MatchString(words):
		return nil
	}
	if property := propertyOf(why); known.refers[property] != "" && property != "values" {
		if !s.listed || missing.MatchString(words) {
			return append(known.named(one.Data, property), parents...)
		}
		return nil
	}
	if missing.MatchString(words) { // of a value, or of something that it does not name
		wants := known.named(one.Data, keysOf(known.refers)...)
		if why.Attribute != "" {
			wants = known.named(fields{"values": toJSON(one.valuesOf(why.Attribute))}, "values")
		}
		if known.form == upload {
			wants = append(wants, one.identity)
		}
		return wants
	}
	return nil
}

// valuesOf returns the values of one attribute, by its code.
func (i *item) valuesOf(attribute string) map[string]json.RawMessage {
	values, found := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	_ = json.Unmarshal(i.Data["values"], &values)
	for code, entries := range values {
		if strings.EqualFold(code, attribute) {
			found[code] = entries
		}
	}
	return found
}

// propertyOf returns the API's name of the property: quantifiedAssociations.PACK is one of PHP's.
func propertyOf(why reason) string {
	name := strings.TrimLeft(why.Property, "[")
	if end := strings.IndexAny(name, ".[]"); end >= 0 {
		name = name[:end]
	}
	name = strings.ToLower(camel.ReplaceAllString(name, "${1}_$2"))
	switch name {
	case "attribute_set_1", "attribute_set_2":
		return "variant_attribute_sets"
	case "category":
		return "category_tree"
	}
	return name
}

// concernsOnly tells whether an item is parked for nothing but some properties.
func concernsOnly(found *result, names []string) bool {
	if found == nil || found.Outcome != "parked" {
		return false
	}
	for _, why := range found.Errors {
		if !among(propertyOf(why), names) {
			return false
		}
	}
	return true
}

// named returns the tokens of what some properties of a command name. It may name too much, and
// then the command is sent once more in vain; what it does not name could come and be missed.
func (r resource) named(data fields, properties ...string) []string {
	var found []string
	for _, property := range properties {
		kind := r.refers[property]
		var value any
		if kind == "" || json.Unmarshal(data[property], &value) != nil || value == nil {
			continue
		}
		inside := "" // codes that mean something inside another item only
		switch kind {
		case "reference_entity_attribute":
			inside = data.text("reference_entity") + "."
		case "asset_family_attribute":
			if inside = data.text("asset_family") + "."; inside == "." {
				inside = data.text("code") + "."
			}
		}
		kinds := []string{kind}
		switch property {
		case "reference_data_name":
			kinds = append(kinds, "asset_family")
		case "associations", "quantified_associations":
			kinds = append(kinds, "product_model", "association_type")
		case "attribute_requirements", "conversion_units":
			kinds = append(kinds, "channel")
		case "values":
			found = append(found, namedByValues(kind, inside, value)...)
			continue
		}
		for _, code := range texts(value) {
			for _, one := range kinds {
				found = append(found, token(one, inside+code))
			}
		}
	}
	return distinct(found)
}

// namedByValues returns the attributes of values, and what may be options and channels of theirs.
func namedByValues(kind, inside string, value any) []string {
	var found []string
	values, _ := value.(map[string]any)
	for attribute, entries := range values {
		found = append(found, token(kind, inside+attribute))
		for _, text := range texts(entries) {
			found = append(found, token(kind+"_option", inside+attribute+"."+text),
				token("channel", text))
		}
	}
	return found
}

// texts returns all texts in a value, and the names of objects, which may be codes, too.
func texts(value any) []string {
	var found []string
	switch typed := value.(type) {
	case string:
		found = append(found, typed)
	case []any:
		for _, one := range typed {
			found = append(found, texts(one)...)
		}
	case map[string]any:
		for name, one := range typed {
			found = append(append(found, name), texts(one)...)
		}
	}
	return found
}

func keysOf(names map[string]string) []string {
	var keys []string
	for name := range names {
		keys = append(keys, name)
	}
	return keys
}

func distinct(texts []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}
