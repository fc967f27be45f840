/** Text files of lessons, read by the bundler. */
declare module '*?raw' {
  const text: string;
  export default text;
}
