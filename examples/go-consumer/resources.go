package main

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// form says how commands of a class are sent.
type form int

const (
	lines  form = iota // one PATCH of NDJSON, an answer a line
	array              // one PATCH of a JSON array, an answer an item
	single             // a PATCH for each
	remove             // a DELETE for each
	upload             // a file for each
)

// resource says how the commands of one class travel to the PIM.
type resource struct {
	kind string // what the key names: two classes of one kind share their keys
	form form
	// path below /api/rest/v1 of the list that the item is in; fields of the command in braces.
	path string
	key  string // the property that names the item
	// refers maps each property that names something else to the kind of what it names.
	refers map[string]string
	// later are properties that may name what cannot come before this item has come: an item that
	// is refused for nothing else is written without them, and they remain to be written.
	later []string
	limit float64 // calls a second; 0 for no limit
}

var associations = []string{"associations", "quantified_associations"}

var catalogue = map[string]string{
	"family": "family", "family_variant": "family_variant", "parent": "product_model",
	"categories": "category", "add_categories": "category", "remove_categories": "category",
	"values": "attribute", "associations": "product", "quantified_associations": "product",
}

var catalogueByUUID = map[string]string{
	"family": "family", "parent": "product_model", "categories": "category",
	"add_categories": "category", "remove_categories": "category", "values": "attribute",
	"associations": "product_uuid", "quantified_associations": "product_uuid",
}

const (
	inEntity = "reference-entities/{reference_entity}"
	inFamily = "asset-families/{asset_family}"
)

// resources is the one table of what this program can carry out, by command class.
// `importbus schema CLASS` prints the fields of a class.
var resources = map[string]resource{
	"CreateOrUpdateCategory": {kind: "category", path: "categories", key: "code",
		refers: map[string]string{"parent": "category", "channel_requirements": "channel"}},
	"CreateOrUpdateAttributeGroup": {kind: "attribute_group", path: "attribute-groups", key: "code",
		refers: map[string]string{"attributes": "attribute"}},
	"CreateOrUpdateMeasurementFamily": {kind: "measurement_family", form: array,
		path: "measurement-families", key: "code"},
	"CreateOrUpdateChannel": {kind: "channel", path: "channels", key: "code",
		refers: map[string]string{"category_tree": "category", "conversion_units": "attribute"}},
	"CreateOrUpdateAttribute": {kind: "attribute", path: "attributes", key: "code",
		refers: map[string]string{"group": "attribute_group", "metric_family": "measurement_family",
			"default_metric_unit": "measurement_family", "reference_data_name": "reference_entity",
			"table_configuration": "reference_entity"}},
	"CreateOrUpdateAttributeOption": {kind: "attribute_option",
		path: "attributes/{attribute}/options", key: "code", limit: 3,
		refers: map[string]string{"attribute": "attribute"}},
	"CreateOrUpdateFamily": {kind: "family", path: "families", key: "code",
		refers: map[string]string{"attributes": "attribute", "attribute_as_label": "attribute",
			"attribute_as_image": "attribute", "attribute_requirements": "attribute"}},
	"CreateOrUpdateFamilyVariant": {kind: "family_variant", path: "families/{family}/variants",
		key:    "code",
		refers: map[string]string{"family": "family", "variant_attribute_sets": "attribute"}},
	"CreateOrUpdateAssociationType": {kind: "association_type", path: "association-types",
		key: "code"},

	"CreateOrUpdateReferenceEntity": {kind: "reference_entity", form: single,
		path: "reference-entities", key: "code"},
	"CreateOrUpdateReferenceEntityAttribute": {kind: "reference_entity_attribute", form: single,
		path: inEntity + "/attributes", key: "code",
		refers: map[string]string{"reference_entity": "reference_entity",
			"reference_entity_code": "reference_entity", "asset_family_identifier": "asset_family"}},
	"CreateOrUpdateReferenceEntityAttributeOption": {kind: "reference_entity_attribute_option",
		form: single, path: inEntity + "/attributes/{attribute}/options", key: "code",
		refers: map[string]string{"reference_entity": "reference_entity",
			"attribute": "reference_entity_attribute"}},
	"CreateOrUpdateReferenceEntityRecord": {kind: "reference_entity_record", form: array,
		path: inEntity + "/records", key: "code",
		refers: map[string]string{"reference_entity": "reference_entity",
			"values": "reference_entity_attribute"}},
	"CreateOrUpdateAssetFamily": {kind: "asset_family", form: single, path: "asset-families",
		key: "code", later: []string{"attribute_as_main_media", "naming_convention",
			"product_link_rules", "transformations"},
		refers: map[string]string{"attribute_as_main_media": "asset_family_attribute",
			"naming_convention": "asset_family_attribute", "product_link_rules": "attribute",
			"transformations": "asset_family_attribute"}},
	"CreateOrUpdateAssetFamilyAttribute": {kind: "asset_family_attribute", form: single,
		path: inFamily + "/attributes", key: "code",
		refers: map[string]string{"asset_family": "asset_family",
			"reference_entity": "reference_entity"}},
	"CreateOrUpdateAssetFamilyAttributeOption": {kind: "asset_family_attribute_option",
		form: single, path: inFamily + "/attributes/{attribute}/options", key: "code",
		refers: map[string]string{"asset_family": "asset_family",
			"attribute": "asset_family_attribute"}},
	"CreateOrUpdateAsset": {kind: "asset", form: array, path: inFamily + "/assets", key: "code",
		refers: map[string]string{"asset_family": "asset_family",
			"values": "asset_family_attribute"}},

	"CreateOrUpdateProductModel": {kind: "product_model", path: "product-models", key: "code",
		later: associations, refers: catalogue},
	"CreateOrUpdateProduct": {kind: "product", path: "products", key: "identifier",
		later: associations, refers: catalogue},
	"CreateOrUpdateProductByUuid": {kind: "product_uuid", path: "products-uuid", key: "uuid",
		later: associations, refers: catalogueByUUID},

	"DeleteProduct": {kind: "product", form: remove, path: "products", key: "identifier"},
	"DeleteProductByUuid": {kind: "product_uuid", form: remove, path: "products-uuid",
		key: "uuid"},
	"DeleteProductModel": {kind: "product_model", form: remove, path: "product-models",
		key: "code"},
	"DeleteAsset": {kind: "asset", form: remove, path: inFamily + "/assets", key: "code"},

	"CreateProductMediaFile": {kind: "product", form: upload, path: "products", key: "identifier",
		refers: map[string]string{"identifier": "product", "attribute": "attribute",
			"scope": "channel"}},
	"CreateProductModelMediaFile": {kind: "product_model", form: upload, path: "product-models",
		key: "code", refers: map[string]string{"code": "product_model", "attribute": "attribute",
			"scope": "channel"}},
	"CreateReferenceEntityMediaFile": {kind: "reference_entity_record", form: upload,
		path: inEntity + "/records", key: "code",
		refers: map[string]string{"reference_entity": "reference_entity", "channel": "channel"}},
	"CreateAssetMediaFile": {kind: "asset", form: upload, path: inFamily + "/assets", key: "code",
		refers: map[string]string{"asset_family": "asset_family", "channel": "channel"}},
}

var braces = regexp.MustCompile(`\{(\w+)\}`)

// parents returns the fields of the command that stand in the path.
func (r resource) parents() []string {
	var names []string
	for _, found := range braces.FindAllStringSubmatch(r.path, -1) {
		names = append(names, found[1])
	}
	return names
}

// collection returns the path of the list that the item of a command is in.
func (r resource) collection(data fields) string {
	path := braces.ReplaceAllStringFunc(r.path, func(name string) string {
		return segment(data.text(strings.Trim(name, "{}")))
	})
	return "/api/rest/v1/" + path
}

// item returns the path of the item itself. A slash in the key stays: some web servers in front of
// a PIM do not take %2F.
func (r resource) item(data fields) string {
	return r.collection(data) + "/" + strings.ReplaceAll(segment(data.text(r.key)), "%2F", "/")
}

func segment(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// body returns what is sent of a command: its data without what stands in the path.
func (r resource) body(data fields) []byte {
	kept := fields{}
	for name, value := range data {
		kept[name] = value
	}
	for _, name := range r.parents() {
		delete(kept, name)
	}
	return toJSON(kept)
}

// fields is the data of a command, each value as it came: numbers keep their digits.
type fields map[string]json.RawMessage

// text returns a field that is a text; "" for anything else.
func (f fields) text(name string) string {
	var text string
	if json.Unmarshal(f[name], &text) != nil {
		return ""
	}
	return text
}

// without returns the data but for some fields.
func (f fields) without(names []string) fields {
	kept := fields{}
	for name, value := range f {
		if !among(name, names) {
			kept[name] = value
		}
	}
	return kept
}

// only returns some fields of the data.
func (f fields) only(names ...string) fields {
	kept := fields{}
	for _, name := range names {
		if value, known := f[name]; known {
			kept[name] = value
		}
	}
	return kept
}

func among(name string, names []string) bool {
	for _, one := range names {
		if one == name {
			return true
		}
	}
	return false
}
