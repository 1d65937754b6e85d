package bench;

import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.conf.Configured;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.reduce.LongSumReducer;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;

/** Word count with a combiner: [-D NAME=VALUE]... OUTPUT INPUT... */
public final class HadoopWordCount extends Configured implements Tool {
  public static void main(String[] args) throws Exception {
    System.exit(ToolRunner.run(new Configuration(), new HadoopWordCount(), args));
  }

  @Override
  public int run(String[] args) throws Exception {
    Job job = Job.getInstance(getConf(), "word count");
    job.setJarByClass(HadoopWordCount.class);
    job.setMapperClass(Words.class);
    job.setCombinerClass(LongSumReducer.class);
    job.setReducerClass(LongSumReducer.class);
    job.setOutputKeyClass(Text.class);
    job.setOutputValueClass(LongWritable.class);
    FileOutputFormat.setOutputPath(job, new Path(args[0]));
    for (String input : Arrays.asList(args).subList(1, args.length)) {
      FileInputFormat.addInputPath(job, new Path(input));
    }
    return job.waitForCompletion(false) ? 0 : 1;
  }

  /** Emits 1 for each maximal run of letters. */
  public static final class Words extends Mapper<LongWritable, Text, Text, LongWritable> {
    private static final LongWritable ONE = new LongWritable(1);
    private final Text word = new Text();

    @Override
    protected void map(LongWritable offset, Text text, Context context)
        throws IOException, InterruptedException {
      String line = text.toString();
      int length = line.length();
      for (int end = 0; end < length; end++) {
        int start = end;
        while (end < length && Character.isLetter(line.charAt(end))) end++;
        if (end > start) {
          word.set(line.substring(start, end));
          context.write(word, ONE);
        }
      }
    }
  }
}
