import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.QueryCancelledException;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.riot.RDFDataMgr;

/** Jena ARQ over a graph in memory, as a worker of bench/peers/worker.py: Arq.java FILE. */
public class Arq {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public static void main(String[] arguments) throws Exception {
        long started = System.nanoTime();
        Model model = ModelFactory.createDefaultModel();
        RDFDataMgr.read(model, arguments[0]);
        Dataset dataset = DatasetFactory.wrap(model);
        System.out.println("ok\t" + seconds(started) + "\t" + work(0));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split("\t");
            System.out.println(answer(dataset, request));
        }
    }

    /** Answers a request, a line of a query file, a file for the result, and a limit in seconds. */
    private static String answer(Dataset dataset, String[] request) throws Exception {
        String text = Files.readString(Path.of(request[0]));
        long started = System.nanoTime();
        long busy = THREADS.getCurrentThreadCpuTime();
        long limit = (long) (1000 * Double.parseDouble(request[2]));
        try (QueryExecution execution = execution(dataset, text, limit)) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ResultSetFormatter.outputAsCSV(output, execution.execSelect());
            String taken = seconds(started) + "\t" + work(busy);
            Files.write(Path.of(request[1]), output.toByteArray());
            return "ok\t" + taken;
        } catch (QueryCancelledException error) {
            return "over";
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError error) {
            return "failed\t" + error.getClass().getSimpleName();
        }
    }

    private static QueryExecution execution(Dataset dataset, String text, long milliseconds) {
        return QueryExecution.dataset(dataset)
            .query(text)
            .timeout(milliseconds, TimeUnit.MILLISECONDS)
            .build();
    }

    /** Seconds that a processor has worked for this thread, which evaluates, since a mark. */
    private static double work(long mark) {
        return (THREADS.getCurrentThreadCpuTime() - mark) / 1e9;
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }
}
