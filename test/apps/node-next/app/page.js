export const dynamic = 'force-dynamic';

export default function Page() {
  return <p>{`uid ${process.getuid()}, greeting ${process.env.NEXT_PUBLIC_GREETING}`}</p>;
}
