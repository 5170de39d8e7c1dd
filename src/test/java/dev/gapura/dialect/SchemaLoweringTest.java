package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.SchemaLowering.Further;
import dev.gapura.wire.JsonTree;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Schemas in the words of providers that know fewer; `'` stands for `"`.
class SchemaLoweringTest {
    private static final SchemaLowering STRICT =
            new SchemaLowering(Set.of("minimum", "pattern", "default", "not"), Set.of("date"), true, true, false);
    private static final SchemaLowering PLAIN = new SchemaLowering(
            Set.of("pattern", "allOf"), Set.of(), false, false, true, new Further(Set.of("$schema"), true, true, true));

    private static JsonNode json(String text) {
        return Objects.requireNonNull(JsonTree.readOrNull(text.replace('\'', '"')), text);
    }

    @Test
    void keywordsGoIntoTheDescription() {
        assertThat(STRICT.lower(json("{'type':'integer','minimum':1,'default':2,'description':'An age.'}")))
                .isEqualTo(json("{'type':'integer','description':'An age. (minimum: 1, default: 2)'}"));
        assertThat(STRICT.lower(json("{'type':'string','format':'date'}")))
                .isEqualTo(json("{'type':'string','format':'date'}"));
        assertThat(STRICT.lower(json("{'type':'string','format':'color'}")))
                .isEqualTo(json("{'type':'string','description':'(format: \\'color\\')'}"));
    }

    @Test
    void namesAreNotKeywords() {
        String schema = "{'type':'object','properties':{'minimum':{'type':'string'},'default':{'enum':[{'pattern':1}]},"
                + "'properties':{'type':'object','properties':{'not':{'const':{'minimum':2}}},'additionalProperties':"
                + "false}},'$defs':{'pattern':{'type':'null'}},'required':['minimum'],'additionalProperties':false}";
        assertThat(STRICT.lower(json(schema))).isEqualTo(json(schema));
    }

    @Test
    void membersKeepTheirOrder() {
        assertThat(JsonTree.text(
                        STRICT.lower(json("{'title':'T','properties':{'z':{},'a':{}},'type':'object','x':1}"))))
                .isEqualTo("{\"title\":\"T\",\"properties\":{\"z\":{},\"a\":{}},\"type\":\"object\",\"x\":1,"
                        + "\"additionalProperties\":false}");
    }

    @Test
    void objectsAreClosedWhereverTheyStand() {
        assertThat(STRICT.lower(json("{'oneOf':[{'properties':{'a':{'type':'array','items':{'type':'object'}}}},"
                        + "{'type':['object','null'],'additionalProperties':true}]}")))
                .isEqualTo(json("{'anyOf':[{'properties':{'a':{'type':'array','items':{'type':'object',"
                        + "'additionalProperties':false}}},'additionalProperties':false},{'type':['object','null'],"
                        + "'additionalProperties':false}]}"));
        assertThat(STRICT.lower(json("{'type':'object','additionalProperties':{'type':'integer','minimum':1}}")))
                .isEqualTo(json("{'type':'object','additionalProperties':false,'description':'(additionalProperties: "
                        + "{\\'type\\':\\'integer\\',\\'minimum\\':1})'}"));
    }

    @Test
    void allOfIsMerged() {
        assertThat(PLAIN.lower(json("{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},"
                        + "{'allOf':[{'properties':{'a':{'type':'null'},'b':{}},'required':['b']}]}],'title':'T'}")))
                .isEqualTo(json("{'title':'T','type':'object','properties':{'a':{'type':'string'},'b':{}},'required':"
                        + "['a','b']}"));
        assertThat(PLAIN.lower(json("{'allOf':[{'$ref':'#/$defs/a'}],'description':'A.'}")))
                .isEqualTo(json("{'$ref':'#/$defs/a'}"));
        assertThat(PLAIN.lower(json("{'allOf':[{'$ref':'#/$defs/a'},{'type':'object'}]}")))
                .as("what is referred to would have to be looked up")
                .isEqualTo(json(
                        "{'description':'(allOf: [{\\'$ref\\':\\'#/$defs/a\\'},{\\'type\\':" + "\\'object\\'}])'}"));
    }

    @Test
    void referencesStandAlone() {
        assertThat(PLAIN.lower(json("{'$ref':'#/definitions/a','description':'A.','definitions':{'a':{'const':1}},"
                        + "'$schema':'x'}")))
                .isEqualTo(json("{'$ref':'#/$defs/a','$defs':{'a':{'enum':[1]}}}"));
    }

    @Test
    void valuesOfAnEnumeration() {
        assertThat(PLAIN.lower(json("{'enum':['a',1,null]}"))).isEqualTo(json("{'enum':['a',1]}"));
        assertThat(PLAIN.lower(json("{'enum':['a',true]}")))
                .isEqualTo(json("{'description':'(enum: [\\'a\\',true])'}"));
        assertThat(PLAIN.lower(json("{'const':{'a':1}}"))).isEqualTo(json("{'description':'(enum: [{\\'a\\':1}])'}"));
    }

    @Test
    void otherDocumentsStay() {
        assertThat(STRICT.lower(json("true"))).isEqualTo(json("true"));
        JsonNode given = json("{'type':'integer','minimum':1}");
        STRICT.lower(given);
        assertThat(given).as("the given one is not changed").isEqualTo(json("{'type':'integer','minimum':1}"));
    }
}
