import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;

/** Jena SHACL on files, told as bench/peers/shacl_worker.py tells it: Shacl.java DATA SHAPES. */
public class Shacl {
    public static void main(String[] arguments) {
        long started = System.nanoTime();
        Graph data = RDFDataMgr.loadGraph(arguments[0]);
        double loading = seconds(started);
        started = System.nanoTime();
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[1]));
        ValidationReport report = ShaclValidator.get().validate(shapes, data);
        double validating = seconds(started);
        List<String> found = new ArrayList<>();
        report.getEntries().forEach(
            entry -> found.add(
                "<" + entry.focusNode() + "> <" + entry.sourceConstraintComponent() + ">"));
        System.out.println(loading + "\t" + validating);
        found.forEach(System.out::println);
        System.exit(0);
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }
}
