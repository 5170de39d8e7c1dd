package dev.gapura.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cells of exported files.
class ExportTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uFF1D1", "\uFF0B1", "\uFF201"})
    void whatBeginsLikeAFormulaIsShownAndNotRun(String text) {
        assertThat(Export.cell(TextNode.valueOf(text))).isEqualTo("\"'" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=1", "curl/8.0", "\u2212"})
    void otherTextsStayAsTheyAre(String text) {
        assertThat(Export.cell(TextNode.valueOf(text))).isEqualTo("\"" + text + "\"");
    }
}
